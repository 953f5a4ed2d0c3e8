package org.geometryos.compositor.api.coordinates;

import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/** Reckoning with orientations. Angles in radians; a positive one turns by the right-hand rule. */
public final class Rotations {
    /** Below this sine of the angle between them, two directions count as parallel. */
    private static final double PARALLEL = 1e-9;

    private Rotations() {}

    /** A turn about +X: of a camera, upwards. */
    public static Quaternion aboutX(double angle) {
        return new Quaternion(Math.sin(angle / 2), 0, 0, Math.cos(angle / 2));
    }

    /** A turn about +Y: of a camera, to the left. */
    public static Quaternion aboutY(double angle) {
        return new Quaternion(0, Math.sin(angle / 2), 0, Math.cos(angle / 2));
    }

    /** A turn about +Z: of a camera, counter-clockwise as seen from behind it. */
    public static Quaternion aboutZ(double angle) {
        return new Quaternion(0, 0, Math.sin(angle / 2), Math.cos(angle / 2));
    }

    /**
     * The product: first {@code second}, then {@code first}, about fixed axes; or first {@code first}, then
     * {@code second}, about its own.
     */
    public static Quaternion multiply(Quaternion first, Quaternion second) {
        return new Quaternion(
                first.w() * second.x() + first.x() * second.w() + first.y() * second.z() - first.z() * second.y(),
                first.w() * second.y() - first.x() * second.z() + first.y() * second.w() + first.z() * second.x(),
                first.w() * second.z() + first.x() * second.y() - first.y() * second.x() + first.z() * second.w(),
                first.w() * second.w() - first.x() * second.x() - first.y() * second.y() - first.z() * second.z());
    }

    /** The turn back. */
    public static Quaternion inverse(Quaternion q) {
        return new Quaternion(-q.x(), -q.y(), -q.z(), q.w());
    }

    /** Where the rotation takes a vector. */
    public static Vector3 rotate(Quaternion q, Vector3 v) {
        double x = 2 * (q.y() * v.z() - q.z() * v.y());
        double y = 2 * (q.z() * v.x() - q.x() * v.z());
        double z = 2 * (q.x() * v.y() - q.y() * v.x());
        return new Vector3(
                v.x() + q.w() * x + q.y() * z - q.z() * y,
                v.y() + q.w() * y + q.z() * x - q.x() * z,
                v.z() + q.w() * z + q.x() * y - q.y() * x);
    }

    /** The angle of the turn from one orientation to the other, the short way: 0 to pi. */
    public static double angle(Quaternion a, Quaternion b) {
        Quaternion turn = multiply(inverse(a), b);
        return 2
                * Math.atan2(
                        Math.sqrt(turn.x() * turn.x() + turn.y() * turn.y() + turn.z() * turn.z()), Math.abs(turn.w()));
    }

    /**
     * The orientation of a glTF camera that looks at a target.
     *
     * @param up the direction that is to point upwards in the picture, of any length but 0; if the camera looks along
     *     it, +Z takes its place, and +X if it looks along that
     * @throws InvalidValueException if the target is where the camera is, or {@code up} has no direction
     */
    public static Quaternion lookAt(Vector3 camera, Vector3 target, Vector3 up) {
        Vector3 back = unit(
                "target",
                target,
                new Vector3(camera.x() - target.x(), camera.y() - target.y(), camera.z() - target.z()));
        Vector3 right = cross(unit("up", up, up), back);
        if (length(right) < PARALLEL) {
            right = cross(new Vector3(0, 0, 1), back);
        }
        if (length(right) < PARALLEL) {
            right = cross(new Vector3(1, 0, 0), back);
        }
        right = unit("up", up, right);
        return ofAxes(right, cross(back, right), back);
    }

    /**
     * The rotation that takes +X, +Y and +Z to three directions, which are at right angles to one another and
     * right-handed.
     */
    private static Quaternion ofAxes(Vector3 x, Vector3 y, Vector3 z) {
        // by way of the largest component, so that nothing is divided by a small number
        double trace = x.x() + y.y() + z.z();
        double largest = Math.max(Math.max(trace, x.x()), Math.max(y.y(), z.z()));
        double s = 2 * Math.sqrt(1 + 2 * largest - trace);
        if (largest == trace) {
            return new Quaternion((y.z() - z.y()) / s, (z.x() - x.z()) / s, (x.y() - y.x()) / s, s / 4);
        }
        if (largest == x.x()) {
            return new Quaternion(s / 4, (x.y() + y.x()) / s, (z.x() + x.z()) / s, (y.z() - z.y()) / s);
        }
        if (largest == y.y()) {
            return new Quaternion((x.y() + y.x()) / s, s / 4, (y.z() + z.y()) / s, (z.x() - x.z()) / s);
        }
        return new Quaternion((z.x() + x.z()) / s, (y.z() + z.y()) / s, s / 4, (x.y() - y.x()) / s);
    }

    private static Vector3 unit(String field, Vector3 given, Vector3 v) {
        double length = length(v);
        if (!(length > 0 && length < Double.POSITIVE_INFINITY)) {
            throw new InvalidValueException(field, given, "must give a direction");
        }
        return new Vector3(v.x() / length, v.y() / length, v.z() / length);
    }

    private static double length(Vector3 v) {
        return Math.hypot(Math.hypot(v.x(), v.y()), v.z());
    }

    private static Vector3 cross(Vector3 a, Vector3 b) {
        return new Vector3(a.y() * b.z() - a.z() * b.y(), a.z() * b.x() - a.x() * b.z(), a.x() * b.y() - a.y() * b.x());
    }
}
