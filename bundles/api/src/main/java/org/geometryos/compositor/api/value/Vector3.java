package org.geometryos.compositor.api.value;

/** A point or direction, right-handed, +Y up, metres. All finite. */
public record Vector3(double x, double y, double z) {
    public Vector3 {
        Checks.finite("", x);
        Checks.finite("", y);
        Checks.finite("", z);
    }
}
