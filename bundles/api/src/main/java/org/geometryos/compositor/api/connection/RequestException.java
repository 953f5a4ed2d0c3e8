package org.geometryos.compositor.api.connection;

import java.util.Optional;

/** A request is refused; the message names the value and the rule and is fit to be shown to whoever sent it. */
public final class RequestException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;
    private final String field;
    private final int close;

    /**
     * @param code an error code of the protocol ({@code invalid}, {@code taken} ...)
     * @param field the field at fault, or null
     * @param close the close code that follows the error; 0 if the connection stays open
     */
    public RequestException(String code, String field, String message, int close) {
        super(message, null, false, false);
        this.code = code;
        this.field = field;
        this.close = close;
    }

    public String code() {
        return code;
    }

    public Optional<String> field() {
        return Optional.ofNullable(field);
    }

    public int close() {
        return close;
    }
}
