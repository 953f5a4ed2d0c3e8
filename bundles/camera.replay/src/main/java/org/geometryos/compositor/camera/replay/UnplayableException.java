package org.geometryos.compositor.camera.replay;

/** A file cannot be played; the message says why, and in which line, and is fit for an operator. */
final class UnplayableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnplayableException(String message) {
        super(message, null, false, false);
    }
}
