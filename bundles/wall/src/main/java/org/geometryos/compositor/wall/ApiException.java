package org.geometryos.compositor.wall;

import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;

/** A request is refused; the message names the value and the rule, and is fit to be shown to whoever sent it. */
final class ApiException extends Exception {
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

    static ApiException invalid(String message) {
        return new ApiException(400, "invalid", null, message);
    }

    static ApiException invalid(InvalidValueException e) {
        return new ApiException(400, "invalid", e.field(), e.getMessage());
    }

    static ApiException notFound(String message) {
        return new ApiException(404, "not-found", null, message);
    }

    /** It cannot be done as things stand. */
    static ApiException conflict(String message) {
        return new ApiException(409, "conflict", null, message);
    }

    /** What it needs is away. */
    static ApiException unavailable(String message) {
        return new ApiException(503, "unavailable", null, message);
    }

    static ApiException of(int status, String code, String message) {
        return new ApiException(status, code, null, message);
    }

    /** Of HTTP. */
    int status() {
        return status;
    }

    String code() {
        return code;
    }

    Optional<String> field() {
        return Optional.ofNullable(field);
    }
}
