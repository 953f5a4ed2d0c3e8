package org.geometryos.compositor.mqtt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.geometryos.compositor.api.value.InvalidValueException;

/** A JSON pointer (RFC 6901). */
record Pointer(String text, List<String> tokens) {

    /** @throws InvalidValueException that names key, value and rule */
    static Pointer parse(String key, String text) {
        if (!text.startsWith("/")) {
            throw new InvalidValueException(key, text, "must be a JSON pointer, as /pose/x");
        }
        return new Pointer(
                text,
                Stream.of(text.substring(1).split("/", -1))
                        .map(token -> token.replace("~1", "/").replace("~0", "~"))
                        .toList());
    }

    /** What it points to in a document; empty if it is not there, or null. */
    Optional<Object> in(Object document) {
        Object here = document;
        for (String token : tokens) {
            if (here instanceof Map<?, ?> map) {
                here = map.get(token);
            } else if (here instanceof List<?> list && token.matches("[0-9]{1,6}")) {
                int index = Integer.parseInt(token);
                here = index < list.size() ? list.get(index) : null;
            } else {
                return Optional.empty();
            }
        }
        return Optional.ofNullable(here);
    }
}
