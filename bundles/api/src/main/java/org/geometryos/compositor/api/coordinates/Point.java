package org.geometryos.compositor.api.coordinates;

import org.geometryos.compositor.api.value.InvalidValueException;

/** A point in two dimensions, y down: of the canvas in world units, or of a screen in physical pixels. Both finite. */
public record Point(double x, double y) {
    public Point {
        if (!Double.isFinite(x)) {
            throw new InvalidValueException("x", x, "must be a finite number");
        }
        if (!Double.isFinite(y)) {
            throw new InvalidValueException("y", y, "must be a finite number");
        }
    }
}
