package org.geometryos.compositor.launcher.command;

/** The command cannot do what it was asked for; the message says why, for the person who asked. */
public final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    public FailedException(String message) {
        super(message);
    }

    public FailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
