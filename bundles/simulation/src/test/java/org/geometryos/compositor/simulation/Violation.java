package org.geometryos.compositor.simulation;

/** What the model does not allow. */
final class Violation extends AssertionError {
    private static final long serialVersionUID = 1;

    Violation(String message) {
        super(message);
    }
}
