package org.geometryos.compositor.models;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/**
 * Names of files below {@code /models/}, and how they stand in an address. A name is only ever looked up in the
 * catalogue; no path is made of one that came from outside.
 */
final class ModelNames {
    /** As it stands in an address; with {@code models/} before it, it is a uri of the scene. */
    static final int MAX_LENGTH = 240;

    static final int MAX_DEPTH = 8;
    static final String RULE =
            "a name must have at most " + MAX_LENGTH + " characters as it stands in an address and " + MAX_DEPTH
                    + " segments, none empty, beginning or ending with a dot or a blank, or with one of \\ : * ? \" "
                    + "< > | % or a control character";
    private static final String FORBIDDEN = "\\:*?\"<>|%";
    private static final String PLAIN = "-._~";

    private ModelNames() {}

    static boolean valid(String name) {
        String[] segments = name.split("/", -1);
        if (segments.length > MAX_DEPTH) {
            return false;
        }
        for (String segment : segments) {
            if (segment.isEmpty()
                    || edge(segment.charAt(0))
                    || edge(segment.charAt(segment.length() - 1))
                    || !segment.codePoints().allMatch(ModelNames::allowed)) {
                return false;
            }
        }
        return encode(name).length() <= MAX_LENGTH;
    }

    private static boolean edge(char c) {
        return c == '.' || c == ' ';
    }

    private static boolean allowed(int c) {
        int type = Character.getType(c);
        return FORBIDDEN.indexOf(c) < 0
                && type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.UNASSIGNED;
    }

    /** As it stands in an address. */
    static String encode(String name) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if (c == '/' || PLAIN.indexOf(c) >= 0 || c < 0x80 && Character.isLetterOrDigit(c)) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }

    /**
     * The name that stands in an address, or in a uri of a model. What is encoded is decoded once; an encoded slash or
     * dot, which nobody needs, is no name.
     *
     * @param encoded without scheme, host, query and fragment
     */
    static Optional<String> decode(String encoded) {
        if (encoded.length() > 3 * MAX_LENGTH) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                int high = i + 2 < encoded.length() ? Character.digit(encoded.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(encoded.charAt(i + 2), 16);
                int value = 16 * high + low;
                if (low < 0 || value == '/' || value == '.') {
                    return Optional.empty();
                }
                bytes.put((byte) value);
                i += 2;
            } else if (c <= ' ' || c >= 0x7F || c == '?' || c == '#' || c == ';') {
                return Optional.empty();
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            String name =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            return valid(name) ? Optional.of(name) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /**
     * The file that a model refers to.
     *
     * @param model the name of the model
     * @param uri relative to it; {@code .} segments are dropped, {@code ..} leads nowhere
     */
    static Optional<String> beside(String model, String uri) {
        if (uri.length() > 3 * MAX_LENGTH) {
            return Optional.empty();
        }
        Deque<String> segments = new ArrayDeque<>();
        // three.js takes a blank for what it is; others write it as %20
        for (String segment : uri.replace(" ", "%20").split("/", -1)) {
            if (!segment.equals(".")) {
                segments.add(segment);
            }
        }
        return decode(encode(model.substring(0, model.lastIndexOf('/') + 1)) + nonAscii(String.join("/", segments)));
    }

    /** Characters beyond ASCII may stand in a uri of a model as they are. */
    private static String nonAscii(String uri) {
        StringBuilder plain = new StringBuilder();
        uri.codePoints().forEach(c -> plain.append(c < 0x80 ? Character.toString(c) : encode(Character.toString(c))));
        return plain.toString();
    }

    /** In lower case, without the dot; empty if there is none. */
    static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    static boolean isModel(String name) {
        return switch (extension(name)) {
            case "glb", "gltf" -> true;
            default -> false;
        };
    }

    /** Empty: not served, whatever refers to it. */
    static Optional<String> contentType(String name) {
        return Optional.ofNullable(
                switch (extension(name)) {
                    case "glb" -> "model/gltf-binary";
                    case "gltf" -> "model/gltf+json";
                    case "bin" -> "application/octet-stream";
                    case "png" -> "image/png";
                    case "jpg", "jpeg" -> "image/jpeg";
                    case "webp" -> "image/webp";
                    case "avif" -> "image/avif";
                    default -> null;
                });
    }
}
