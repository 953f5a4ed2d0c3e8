package org.geometryos.compositor.api.value;

/**
 * The rule for names of cameras and models: 1-64 of {@code A-Z a-z 0-9 . _ - /}, no empty, {@code .} or {@code ..}
 * segment.
 */
public final class Names {
    public static final int MAX_LENGTH = 64;
    private static final String RULE = "must be 1-64 of A-Z a-z 0-9 . _ - / without an empty, . or .. segment";

    private Names() {}

    /**
     * @return the name
     * @throws InvalidValueException for anything else
     */
    public static String check(String field, String name) {
        if (name == null || !valid(name)) {
            throw new InvalidValueException(field, name, RULE);
        }
        return name;
    }

    /** Whether the name keeps the rule; not null. */
    public static boolean valid(String name) {
        int length = name.length();
        if (length == 0 || length > MAX_LENGTH) {
            return false;
        }
        int segment = 0;
        for (int i = 0; i <= length; i++) {
            char c = i < length ? name.charAt(i) : '/';
            if (c == '/') {
                int n = i - segment;
                if (n == 0 || n == 1 && name.charAt(segment) == '.' || n == 2 && name.startsWith("..", segment)) {
                    return false;
                }
                segment = i + 1;
            } else if (!(c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '.'
                    || c == '_'
                    || c == '-')) {
                return false;
            }
        }
        return true;
    }
}
