package org.geometryos.compositor.api.replay;

import java.util.Optional;

/** A playback did not do what it was told; the message says why and is fit for an operator. */
public final class PlaybackException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String field;

    /** What stands against it. */
    public enum Reason {
        /** A value breaks a rule. */
        INVALID,
        /** It cannot be done as things stand, as a step behind the last entry. */
        CONFLICT,
        /** A part that it needs is away, or too busy. */
        UNAVAILABLE
    }

    public PlaybackException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** @param field of the command whose value is against it; null: none */
    public PlaybackException(Reason reason, String message, String field) {
        super(message, null, false, false);
        this.reason = reason;
        this.field = field;
    }

    public Reason reason() {
        return reason;
    }

    /** The field of the command whose value is against it. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
