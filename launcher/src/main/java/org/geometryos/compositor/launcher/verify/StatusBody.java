package org.geometryos.compositor.launcher.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** What {@code GET /compositor/status} answers: {@code {"status","reason","retryAfter"?}}. */
final class StatusBody {
    private StatusBody() {}

    /** @return status and reason */
    static Map<String, String> read(String json) throws StepFault {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new StepFault("the body must be a JSON object with status and reason");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    fields.put(name, parser.getText());
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new StepFault("the body must be a JSON object with status and reason, and is no JSON");
        }
        for (String name : new String[] {"status", "reason"}) {
            if (fields.getOrDefault(name, "").isEmpty()) {
                throw new StepFault("the body must have " + name + ", a string that is not empty");
            }
        }
        return fields;
    }
}
