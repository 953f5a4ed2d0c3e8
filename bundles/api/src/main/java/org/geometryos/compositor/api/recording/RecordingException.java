package org.geometryos.compositor.api.recording;

/** A recording cannot be read; the message says why, for the person who asked. */
public final class RecordingException extends Exception {
    private static final long serialVersionUID = 1L;

    public RecordingException(String message) {
        super(message);
    }

    public RecordingException(String message, Throwable cause) {
        super(message, cause);
    }
}
