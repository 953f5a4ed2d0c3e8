package org.geometryos.compositor.protocol;

import java.util.Locale;

/** The codes of {@code error}. */
public enum ErrorCode {
    MALFORMED,
    UNKNOWN_TYPE,
    INVALID,
    FORBIDDEN,
    HELD,
    TAKEN,
    NOT_FOUND,
    LIMIT,
    UNAVAILABLE;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** As it stands in a message ({@code not-found}). */
    public String word() {
        return word;
    }

    /** @throws IllegalArgumentException for an unknown word */
    public static ErrorCode of(String word) {
        for (ErrorCode code : values()) {
            if (code.word.equals(word)) {
                return code;
            }
        }
        throw new IllegalArgumentException("no error code: " + word);
    }
}
