package org.geometryos.compositor.io.http.api;

import java.util.Optional;

/** A request is refused; the message names the value and the rule, and is fit to be shown to whoever sent it. */
public final class ApiException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final String field;

    private ApiException(int status, String code, String field, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.field = field;
    }

    /** @param field at fault, or null */
    public static ApiException invalid(String field, String message) {
        return new ApiException(400, "invalid", field, message);
    }

    /** @param field that names what there is not, or null */
    public static ApiException notFound(String field, String message) {
        return new ApiException(404, "not-found", field, message);
    }

    /** It cannot be done as things stand. */
    public static ApiException conflict(String message) {
        return new ApiException(409, "conflict", null, message);
    }

    /** The part that it needs is away. */
    public static ApiException unavailable(String message) {
        return new ApiException(503, "unavailable", null, message);
    }

    public static ApiException of(int status, String code, String message) {
        return new ApiException(status, code, null, message);
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
