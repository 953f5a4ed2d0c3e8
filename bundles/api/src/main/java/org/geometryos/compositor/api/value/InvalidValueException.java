package org.geometryos.compositor.api.value;

/**
 * A value breaks a rule. The message names the field, the value and the rule, and is fit to be shown to whoever sent
 * it.
 */
public final class InvalidValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 80;

    private final String field;
    private final String rule;
    private final String value;

    /**
     * @param field the field as a path ({@code projection.yfov})
     * @param value the value found; shown shortened to 80 characters
     * @param rule what would have been right ("must be above 0")
     */
    public InvalidValueException(String field, Object value, String rule) {
        super(field + " " + rule + ", not " + shown(value));
        this.field = field;
        this.rule = rule;
        this.value = shown(value);
    }

    private InvalidValueException(String field, String value, String rule, boolean shown) {
        super(field + " " + rule + ", not " + value);
        this.field = field;
        this.rule = rule;
        this.value = value;
    }

    /**
     * The same complaint, with the field seen from one level further out: {@code view} + {@code zoom} =
     * {@code view.zoom}.
     */
    public InvalidValueException within(String outer) {
        String path = field.isEmpty() ? outer : field.startsWith("[") ? outer + field : outer + "." + field;
        return new InvalidValueException(path, value, rule, true);
    }

    public String field() {
        return field;
    }

    private static String shown(Object value) {
        String text = value instanceof CharSequence ? "\"" + value + "\"" : String.valueOf(value);
        StringBuilder clean = new StringBuilder(Math.min(text.length(), SHOWN + 3));
        for (int i = 0; i < text.length() && i < SHOWN; i++) {
            char c = text.charAt(i);
            clean.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
        }
        return text.length() > SHOWN ? clean.append("...").toString() : clean.toString();
    }
}
