package org.geometryos.compositor.client;

import java.util.Optional;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.ServerMessage;

/** The server answered a request with {@code error}; the message is its message. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final ErrorCode code;
    private final String field;

    RefusedException(ServerMessage.Error error) {
        super(error.code().word() + ": " + error.message(), null, false, false);
        this.code = error.code();
        this.field = error.field().orElse(null);
    }

    public ErrorCode code() {
        return code;
    }

    /** The field at fault as a path, if one is. */
    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
