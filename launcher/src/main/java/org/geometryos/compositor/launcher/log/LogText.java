package org.geometryos.compositor.launcher.log;

/**
 * Text of whatever origin, made fit for a line of a log: of bounded length, and of characters that neither begin a line
 * nor command a terminal.
 */
final class LogText {
    private LogText() {}

    /** Whether it can be logged as it is. */
    static boolean fits(String text, int max) {
        if (text.length() > max) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (strange(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** The text with escapes in place of strange characters, and what is left of it when it has more than so many. */
    static String shown(String text, int max) {
        if (fits(text, max)) {
            return text;
        }
        int end = Math.min(text.length(), max);
        StringBuilder shown = new StringBuilder(end + 32);
        for (int i = 0; i < end && shown.length() < max; i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                default -> {
                    if (strange(c)) {
                        shown.append("\\u")
                                .append(Character.forDigit(c >> 12, 16))
                                .append(Character.forDigit(c >> 8 & 15, 16))
                                .append(Character.forDigit(c >> 4 & 15, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        shown.append(c);
                    }
                }
            }
            end = shown.length() >= max ? i + 1 : end;
        }
        return end < text.length()
                ? shown.append("... (")
                        .append(text.length() - end)
                        .append(" more characters)")
                        .toString()
                : shown.toString();
    }

    /**
     * Controls, line and paragraph separators, what turns the direction of writing or cannot be seen, and halves of
     * pairs.
     */
    private static boolean strange(char c) {
        if (c >= ' ' && c < 0x7f) {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> true;
            default -> false;
        };
    }
}
