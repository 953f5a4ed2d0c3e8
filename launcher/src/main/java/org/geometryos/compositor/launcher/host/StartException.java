package org.geometryos.compositor.launcher.host;

/** It cannot start; the message says why, for the person who started it. */
public final class StartException extends Exception {

    private static final long serialVersionUID = 1L;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
