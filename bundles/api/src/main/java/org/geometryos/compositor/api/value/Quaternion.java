package org.geometryos.compositor.api.value;

/**
 * An orientation. What is given must have a norm within 1e-3 of 1; what is held is normalised. q and -q mean the same.
 */
public record Quaternion(double x, double y, double z, double w) {
    public static final Quaternion IDENTITY = new Quaternion(0, 0, 0, 1);
    private static final double TOLERANCE = 1e-3;

    public Quaternion {
        Checks.finite("", x);
        Checks.finite("", y);
        Checks.finite("", z);
        Checks.finite("", w);
        double norm = Math.sqrt(x * x + y * y + z * z + w * w);
        if (!(Math.abs(norm - 1) <= TOLERANCE)) {
            throw new InvalidValueException(
                    "",
                    "[" + x + "," + y + "," + z + "," + w + "] (norm " + norm + ")",
                    "must be a unit quaternion (norm within 0.001 of 1)");
        }
        if (Math.abs(norm - 1) > 1e-15) {
            x /= norm;
            y /= norm;
            z /= norm;
            w /= norm;
        }
    }
}
