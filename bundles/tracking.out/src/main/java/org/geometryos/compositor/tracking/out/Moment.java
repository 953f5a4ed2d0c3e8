package org.geometryos.compositor.tracking.out;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;

/**
 * A camera at a moment, as it is to be sent.
 *
 * @param time microseconds since the Unix epoch
 * @param pose in the world of the displays
 * @param tangent half the height of the picture at a distance of 1; empty where lines of sight are parallel
 * @param focusDistance metres
 * @param sensor millimetres
 */
record Moment(
        long time,
        Pose pose,
        OptionalDouble tangent,
        OptionalDouble focusDistance,
        Optional<Size> sensor,
        OptionalLong sample,
        Optional<String> timecode) {

    /** @param view that the state has */
    static Moment of(CameraState state, View3d view) {
        return new Moment(
                state.time(),
                new Pose(view.position(), view.orientation()),
                tangent(view.projection()),
                view.focusDistance(),
                view.lens().flatMap(Lens::sensor),
                state.sample(),
                state.timecode());
    }

    private static OptionalDouble tangent(Projection projection) {
        return projection.accept(new Projection.Visitor<OptionalDouble, RuntimeException>() {
            @Override
            public OptionalDouble perspective(Projection.Perspective p) {
                return OptionalDouble.of(Math.tan(p.yfov() / 2));
            }

            @Override
            public OptionalDouble orthographic(Projection.Orthographic p) {
                return OptionalDouble.empty();
            }

            @Override
            public OptionalDouble frustum(Projection.Frustum p) {
                return OptionalDouble.of((p.top() - p.bottom()) / (2 * p.znear()));
            }
        });
    }

    /**
     * Between this moment and a later one.
     *
     * @param at microseconds since the Unix epoch, from this one's to the other's
     */
    Moment towards(Moment later, long at) {
        double part = (double) (at - time) / (later.time - time);
        Vector3 a = pose.position();
        Vector3 b = later.pose.position();
        return new Moment(
                at,
                new Pose(
                        new Vector3(mix(a.x(), b.x(), part), mix(a.y(), b.y(), part), mix(a.z(), b.z(), part)),
                        mix(pose.orientation(), later.pose.orientation(), part)),
                mix(tangent, later.tangent, part),
                mix(focusDistance, later.focusDistance, part),
                sensor,
                sample,
                timecode);
    }

    private static double mix(double a, double b, double part) {
        return a + part * (b - a);
    }

    private static OptionalDouble mix(OptionalDouble a, OptionalDouble b, double part) {
        return a.isPresent() && b.isPresent() ? OptionalDouble.of(mix(a.getAsDouble(), b.getAsDouble(), part)) : a;
    }

    /** Along the shorter way, at an even speed. */
    private static Quaternion mix(Quaternion a, Quaternion b, double part) {
        double dot = a.x() * b.x() + a.y() * b.y() + a.z() * b.z() + a.w() * b.w();
        double sign = dot < 0 ? -1 : 1;
        double angle = Math.acos(Math.min(1, Math.abs(dot)));
        double sine = Math.sin(angle);
        double first = sine < 1e-6 ? 1 - part : Math.sin((1 - part) * angle) / sine;
        double second = sign * (sine < 1e-6 ? part : Math.sin(part * angle) / sine);
        double x = first * a.x() + second * b.x();
        double y = first * a.y() + second * b.y();
        double z = first * a.z() + second * b.z();
        double w = first * a.w() + second * b.w();
        double norm = Math.sqrt(x * x + y * y + z * z + w * w);
        return new Quaternion(x / norm, y / norm, z / norm, w / norm);
    }
}
