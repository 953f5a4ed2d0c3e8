package org.geometryos.compositor.osc;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern of OSC 1.0: {@code ?} and {@code *} within a part between slashes, {@code [a-z]}, {@code [!a-z]} and
 * {@code {this,that}}. Matching takes at most the pattern's length times that of the address.
 */
final class AddressPattern {
    private final List<Piece> pieces = new ArrayList<>();
    private final boolean literal;

    /** What one part of the pattern may stand for. */
    private sealed interface Piece {}

    private record One(String among, boolean not) implements Piece {}

    private record Any() implements Piece {}

    private record Choice(List<String> words) implements Piece {}

    private AddressPattern(boolean literal) {
        this.literal = literal;
    }

    /** Whether a text is a pattern, and not an address. */
    static boolean isPattern(String text) {
        for (int i = 0; i < text.length(); i++) {
            if ("?*[]{}".indexOf(text.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** @throws OscException if a bracket or a brace does not end */
    static AddressPattern parse(String text) throws OscException {
        AddressPattern pattern = new AddressPattern(!isPattern(text));
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = at;
            switch (c) {
                case '*' -> pattern.pieces.add(new Any());
                case '?' -> pattern.pieces.add(new One("/", true));
                case '[' -> {
                    end = end(text, at, ']');
                    pattern.pieces.add(set(text.substring(at + 1, end)));
                }
                case '{' -> {
                    end = end(text, at, '}');
                    pattern.pieces.add(
                            new Choice(List.of(text.substring(at + 1, end).split(",", -1))));
                }
                case ']', '}' -> throw new OscException("a pattern with " + c + " that ends nothing");
                default -> pattern.pieces.add(new One(String.valueOf(c), false));
            }
            at = end + 1;
        }
        return pattern;
    }

    private static int end(String text, int from, char closing) throws OscException {
        int end = text.indexOf(closing, from + 1);
        if (end < 0) {
            throw new OscException("a pattern with " + text.charAt(from) + " that does not end");
        }
        return end;
    }

    private static One set(String inside) {
        boolean not = inside.startsWith("!");
        String text = not ? inside.substring(1) : inside;
        StringBuilder among = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (i + 2 < text.length() && text.charAt(i + 1) == '-') {
                char low = (char) Math.min(text.charAt(i), text.charAt(i + 2));
                char high = (char) Math.max(text.charAt(i), text.charAt(i + 2));
                for (char c = low; c <= high; c++) {
                    among.append(c);
                }
                i += 2;
            } else {
                among.append(text.charAt(i));
            }
        }
        return new One(not ? among + "/" : among.toString(), not);
    }

    /** Whether it holds no wildcard. */
    boolean literal() {
        return literal;
    }

    boolean matches(String address) {
        boolean[] reached = new boolean[address.length() + 1];
        reached[0] = true;
        for (Piece piece : pieces) {
            reached = behind(piece, address, reached);
            if (reached == null) {
                return false;
            }
        }
        return reached[address.length()];
    }

    /** Where a match may have come to behind a piece; null if nowhere. */
    private static boolean[] behind(Piece piece, String address, boolean[] from) {
        boolean[] to = new boolean[from.length];
        if (piece instanceof One one) {
            for (int i = 0; i < address.length(); i++) {
                to[i + 1] = from[i] && one.among.indexOf(address.charAt(i)) >= 0 != one.not;
            }
        } else if (piece instanceof Any) {
            for (int i = 0; i < from.length; i++) {
                to[i] = from[i] || i > 0 && to[i - 1] && address.charAt(i - 1) != '/';
            }
        } else if (piece instanceof Choice choice) {
            for (int i = 0; i < from.length; i++) {
                for (String word : choice.words) {
                    if (from[i] && address.startsWith(word, i)) {
                        to[i + word.length()] = true;
                    }
                }
            }
        }
        for (boolean one : to) {
            if (one) {
                return to;
            }
        }
        return null;
    }
}
