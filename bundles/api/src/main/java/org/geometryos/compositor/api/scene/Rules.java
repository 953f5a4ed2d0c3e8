package org.geometryos.compositor.api.scene;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;

/** The few rules that the records of this package share. */
final class Rules {
    private static final String RELATIVE =
            "must be a relative URI of 1 to " + Model.MAX_URI + " characters without .. segments";

    private Rules() {}

    /** Relative, and staying below the folder that the server offers models in. */
    static void uri(String field, String value) {
        if (value == null
                || value.isEmpty()
                || value.codePointCount(0, value.length()) > Model.MAX_URI
                || !relative(value)) {
            throw new InvalidValueException(field, value, RELATIVE);
        }
    }

    static void text(String field, Optional<String> value) {
        if (value.isPresent() && value.get().codePointCount(0, value.get().length()) > Model.MAX_TEXT) {
            throw new InvalidValueException(field, value.get(), "must have at most " + Model.MAX_TEXT + " characters");
        }
    }

    private static boolean relative(String value) {
        try {
            URI uri = new URI(value);
            String path = uri.getPath();
            return !uri.isAbsolute()
                    && uri.getRawAuthority() == null
                    && path != null
                    && !path.isEmpty()
                    && path.charAt(0) != '/'
                    && path.indexOf('\\') < 0
                    && !Arrays.asList(path.split("/")).contains("..");
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
