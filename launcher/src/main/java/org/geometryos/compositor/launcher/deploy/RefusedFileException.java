package org.geometryos.compositor.launcher.deploy;

/**
 * A file in {@code deploy/} is no bundle that can be installed; the message says why, as the rest of a sentence about
 * the file.
 */
final class RefusedFileException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedFileException(String message) {
        super(message);
    }

    RefusedFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
