package org.geometryos.compositor.api.value;

/** A width and a height above 0: physical pixels of a screen, or millimetres of a sensor. */
public record Size(double width, double height) {
    public Size {
        Checks.above("", width, 0);
        Checks.above("", height, 0);
    }
}
