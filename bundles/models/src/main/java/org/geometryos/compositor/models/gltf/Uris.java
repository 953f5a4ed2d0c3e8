package org.geometryos.compositor.models.gltf;

import java.io.IOException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What a {@code uri} of a model leads to: bytes that stand in it, or a file beside the model.
 *
 * @param mimeType of the bytes that stand in it; empty for a file
 */
record Uris(Content content, String mimeType) {
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64";
    private static final int LONGEST_TYPE = 100;
    /** What browsers pass over in base64. */
    private static final Pattern BLANKS = Pattern.compile("[\\t\\n\\f\\r ]+");

    /** What names another place than a file beside the model or below: nobody is to be led there, be it read or not. */
    private static final Pattern ELSEWHERE =
            Pattern.compile("(?is)(?!data:)[a-z][a-z0-9+.-]*:.*|[/\\\\].*|(.*[/\\\\])?(\\.|%2e){2}([/\\\\].*)?");

    /** Of a uri that displays do not read. */
    static void beside(Json uri) throws RefusedModelException {
        if (uri.isText() && ELSEWHERE.matcher(uri.text()).matches()) {
            throw uri.refused("must be a data URI, or name a file beside the model");
        }
    }

    static Uris resolve(Json uri, Neighbours files) throws RefusedModelException, IOException {
        String text = uri.text();
        if (!text.regionMatches(true, 0, DATA, 0, DATA.length())) {
            try {
                return new Uris(files.open(text), "");
            } catch (RefusedModelException e) {
                throw new RefusedModelException(RefusedModelException.shown(uri) + ": " + e.getMessage());
            }
        }
        int comma = text.indexOf(',');
        if (comma < 0
                || comma > LONGEST_TYPE
                || !text.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(BASE64)) {
            throw uri.refused("must be a data URI with ;base64, or name a file beside the model");
        }
        String type = text.substring(DATA.length(), comma - BASE64.length()).toLowerCase(Locale.ROOT);
        try {
            return new Uris(
                    Content.of(Base64.getDecoder()
                            .decode(BLANKS.matcher(text.substring(comma + 1)).replaceAll(""))),
                    type);
        } catch (IllegalArgumentException e) {
            throw uri.refused("must hold base64");
        }
    }
}
