package org.geometryos.compositor.protocol;

import java.util.Optional;

/** A message could not be read ({@code malformed}) or was read but is wrong ({@code invalid}, {@code unknown-type}). */
public final class DecodeException extends Exception {
    private static final long serialVersionUID = 1L;
    private final ErrorCode code;
    private final transient RequestId id;
    private final String field;

    /**
     * @param code {@code MALFORMED}, {@code INVALID} or {@code UNKNOWN_TYPE}
     * @param id the request's id if it could be read, else null
     * @param field the field at fault as a path, or null
     * @param message names field, value and rule; fit to be shown to the sender
     */
    public DecodeException(ErrorCode code, RequestId id, String field, String message) {
        super(message, null, false, false);
        this.code = code;
        this.id = id;
        this.field = field;
    }

    public ErrorCode code() {
        return code;
    }

    public Optional<RequestId> id() {
        return Optional.ofNullable(id);
    }

    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
