package org.geometryos.compositor.operate;

import java.util.List;
import java.util.Map;
import org.geometryos.compositor.io.http.api.ApiException;

/** What stands in the body of a request. */
final class Body {
    private static final int SHOWN = 64;

    private Body() {}

    /** Text of others, as a message may have it. */
    static String shown(String text) {
        return "\"" + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "\u2026") + "\"";
    }

    /** @throws ApiException unless the field is there, and text that is not empty */
    static String text(Map<String, Object> body, String field) throws ApiException {
        if (body.get(field) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw ApiException.invalid(field, field + " must be text that is not empty");
    }

    /** @throws ApiException unless the field has one of these words */
    static String word(Map<String, Object> body, String field, String... words) throws ApiException {
        String word = text(body, field);
        if (!List.of(words).contains(word)) {
            throw ApiException.invalid(
                    field, field + " must be one of " + String.join(", ", words) + ", not " + shown(word));
        }
        return word;
    }

    /** @throws ApiException unless the field is true or false */
    static boolean truth(Map<String, Object> body, String field) throws ApiException {
        if (body.get(field) instanceof Boolean truth) {
            return truth;
        }
        throw ApiException.invalid(field, field + " must be true or false");
    }
}
