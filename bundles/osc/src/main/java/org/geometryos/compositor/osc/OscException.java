package org.geometryos.compositor.osc;

/** A packet that is not OSC, or more of it than is taken. */
final class OscException extends Exception {
    private static final long serialVersionUID = 1L;

    OscException(String message) {
        super(message);
    }

    /** One for each faulty packet: where it was thrown does not matter. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
