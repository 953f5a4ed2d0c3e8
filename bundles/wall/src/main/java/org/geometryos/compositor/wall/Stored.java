package org.geometryos.compositor.wall;

import java.util.Map;
import org.geometryos.compositor.io.http.api.ApiException;

/** The configurations that declare walls, as they can be changed. Any thread. */
interface Stored {
    /**
     * What a configuration holds, without what Config Admin adds.
     *
     * @return null if there is none
     */
    Map<String, Object> properties(String pid) throws ApiException;

    /**
     * Writes a configuration, be it there already or not. What it declares is in force when this returns.
     *
     * @param pid {@code FACTORY~NAME}, or that of one that is there
     */
    void write(String pid, Map<String, Object> properties) throws ApiException;

    /** Deletes it. What it declared is gone when this returns. */
    void delete(String pid) throws ApiException;

    /** Whether a change through Config Admin outlives the host. */
    boolean lasts(Map<String, Object> properties);
}
