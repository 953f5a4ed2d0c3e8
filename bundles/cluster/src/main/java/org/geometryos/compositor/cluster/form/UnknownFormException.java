package org.geometryos.compositor.cluster.form;

import java.io.IOException;

/** What was read is of another version, or nothing that was written here. */
public final class UnknownFormException extends IOException {
    private static final long serialVersionUID = 1L;

    public UnknownFormException(String message) {
        super(message);
    }

    public UnknownFormException(String message, Throwable cause) {
        super(message, cause);
    }
}
