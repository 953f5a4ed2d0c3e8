package org.geometryos.compositor.operate;

import java.util.Map;
import org.geometryos.compositor.io.http.api.ApiException;
import org.geometryos.compositor.io.json.JsonWriter;

/** What stands at one address. Any thread. */
interface Resource {
    /**
     * What there is to see.
     *
     * @param query the first value of each parameter
     * @return values of the JDK, as {@link JsonWriter} takes them
     */
    Map<String, Object> get(Map<String, String> query) throws ApiException;

    /**
     * Does what the body says.
     *
     * @return what became of it
     */
    default Map<String, Object> post(Map<String, Object> body) throws ApiException {
        throw ApiException.of(405, "invalid", "only GET and HEAD are answered here");
    }

    /** Whether there is anything to {@link #get}. */
    default boolean readable() {
        return true;
    }

    /** Whether there is anything to {@link #post}. */
    default boolean writable() {
        return false;
    }
}
