package org.geometryos.compositor.models.gltf;

/**
 * A model is not taken. The message names the place, the rule and, shortened and without control characters, the value.
 */
public class RefusedModelException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 80;

    /** @param reason one sentence; what came from outside in it was passed through {@link #shown} */
    public RefusedModelException(String reason) {
        // no stack trace: it is an answer, and thousands may come
        super(reason, null, false, false);
    }

    RefusedModelException(Object place, String rule, Object value) {
        this(shown(place) + " " + rule + ", not "
                + (value instanceof String ? "\"" + shown(value) + "\"" : shown(value)));
    }

    /** A text from outside, fit for a log. */
    public static String shown(Object value) {
        String text = String.valueOf(value);
        StringBuilder clean = new StringBuilder(Math.min(text.length(), SHOWN + 3));
        for (int i = 0; i < text.length() && i < SHOWN; i++) {
            char c = text.charAt(i);
            int type = Character.getType(c);
            clean.append(
                    type == Character.CONTROL
                                    || type == Character.SURROGATE
                                    || type == Character.FORMAT
                                    || type == Character.LINE_SEPARATOR
                                    || type == Character.PARAGRAPH_SEPARATOR
                            ? '?'
                            : c);
        }
        return text.length() > SHOWN ? clean.append("...").toString() : clean.toString();
    }
}
