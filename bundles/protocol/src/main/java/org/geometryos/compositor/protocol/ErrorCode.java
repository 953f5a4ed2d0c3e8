package org.geometryos.compositor.protocol;

import java.util.Locale;

/**
 * The codes with which a server refuses a message (protocol, "Errors"). Clients name failures of their own beside them.
 */
public enum ErrorCode {
    /** The message cannot be read. */
    MALFORMED,
    /** There is no message of this type. */
    UNKNOWN_TYPE,
    /** The message was read, but breaks a rule. */
    INVALID,
    /** The key's role does not allow it. */
    FORBIDDEN,
    /** Another holder controls the camera. */
    HELD,
    /** Another key or user has a display of this name. */
    TAKEN,
    /** There is no such camera, model or display. */
    NOT_FOUND,
    /** Too many requests, cameras or models. */
    LIMIT,
    /** The responsible part of the host is absent, perhaps for a moment. */
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
