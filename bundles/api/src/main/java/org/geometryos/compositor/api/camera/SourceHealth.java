package org.geometryos.compositor.api.camera;

/**
 * How a source is.
 *
 * @param message one sentence for an operator
 */
public record SourceHealth(Status status, String message) {

    /** Ordered from good to bad. */
    public enum Status {
        OK,
        STALE,
        FAILED
    }

    public static final SourceHealth OK = new SourceHealth(Status.OK, "running");

    public static SourceHealth stale(String message) {
        return new SourceHealth(Status.STALE, message);
    }

    public static SourceHealth failed(String message) {
        return new SourceHealth(Status.FAILED, message);
    }
}
