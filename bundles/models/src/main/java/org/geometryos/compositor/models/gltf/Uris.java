package org.geometryos.compositor.models.gltf;

import java.io.IOException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/**
 * What a {@code uri} of a model leads to: bytes that stand in it, or a file beside the model.
 *
 * @param mimeType of the bytes that stand in it; empty for a file
 */
record Uris(Content content, String mimeType) {
    private static final String DATA = "data:";
    private static final String BASE64 = ";base64";
    private static final int LONGEST_TYPE = 100;

    /** @param types those that bytes which stand in the uri may have */
    static Uris resolve(Json uri, Set<String> types, Neighbours files) throws RefusedException, IOException {
        String text = uri.text();
        if (!text.regionMatches(true, 0, DATA, 0, DATA.length())) {
            try {
                return new Uris(files.open(text), "");
            } catch (RefusedException e) {
                throw new RefusedException(RefusedException.shown(uri) + ": " + e.getMessage());
            }
        }
        int comma = text.indexOf(',');
        if (comma < 0 || comma > LONGEST_TYPE || !text.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(BASE64)) {
            throw uri.refused("must be a data URI with ;base64, or name a file beside the model");
        }
        String type = text.substring(DATA.length(), comma - BASE64.length()).toLowerCase(Locale.ROOT);
        if (!types.contains(type)) {
            throw new RefusedException(uri, "must be a data URI of one of " + types, type);
        }
        try {
            return new Uris(Content.of(Base64.getDecoder().decode(text.substring(comma + 1))), type);
        } catch (IllegalArgumentException e) {
            throw uri.refused("must hold base64");
        }
    }
}
