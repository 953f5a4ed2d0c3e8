package org.geometryos.compositor.camera.tracking;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.coordinates.YawPitchRoll;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.configuration.InstanceName;
import org.geometryos.compositor.configuration.values.Values;
import org.geometryos.compositor.tracking.Axes;
import org.geometryos.compositor.tracking.Calibration;

/**
 * The configuration of a receiver, checked.
 *
 * @param <O> what only its format has
 * @param receiver what {@code {receiver}} stands for in names
 * @param source name of the source
 * @param yfov vertical field of view while the lens is unknown, radians
 * @param delay milliseconds by which the moment of exposure lies before the time of an update
 * @param staleNanos after so long without a sample a source is stale; {@link Long#MAX_VALUE} if it never is
 */
record Settings<O>(
        String receiver,
        String source,
        int priority,
        double delay,
        Listen listen,
        NamePattern camera,
        Placement placement,
        double yfov,
        double near,
        OptionalDouble far,
        long staleNanos,
        O options) {
    static final String RECEIVER = "receiver";
    static final int STALE_MILLIS = 1_000;
    static final double FIELD_OF_VIEW = 45;
    static final double NEAR = 0.1;
    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * What tells one format from another.
     *
     * @param pid of its configurations
     * @param port used unless another is configured
     * @param placeholders that names of cameras may have, beside {@code {receiver}}
     * @param options reads what only this format has
     */
    record Format<O>(String pid, int port, String camera, Set<String> placeholders, Function<Values, O> options) {}

    /** @throws InvalidValueException that names key, value and rule */
    static <O> Settings<O> of(Map<String, ?> properties, Format<O> format) {
        Values values = new Values(properties);
        String receiver = receiver(properties, format);
        String source = values.text("source").orElse(receiver);
        if (!SOURCE.matcher(source).matches()) {
            throw new InvalidValueException("source", source, "must be 1-64 of A-Z a-z 0-9 . _ -");
        }
        double[] position = values.numbers("offsetPosition", 0, 0, 0);
        double[] rotation = values.numbers("offsetRotation", 0, 0, 0);
        Quaternion turn = new YawPitchRoll(
                        Math.toRadians(rotation[0]), Math.toRadians(rotation[1]), Math.toRadians(rotation[2]))
                .quaternion();
        Placement placement = new Placement(
                new Pose(new Vector3(position[0], position[1], position[2]), turn),
                Axes.parse("axes", values.text("axes").orElse("x,y,z"), List.of("x", "y", "z")),
                Axes.parse("angles", values.text("angles").orElse("pan,tilt,roll"), List.of("pan", "tilt", "roll")));
        double near = values.decimal("near", NEAR, 1e-6, 1e6);
        double far = values.decimal("far", 0, 0, 1e12);
        if (far != 0 && far <= near) {
            throw new InvalidValueException("far", far, "must be above near (" + near + "), or 0 for none");
        }
        return new Settings<>(
                receiver,
                source,
                values.integer("priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
                values.decimal("delay", 0, CameraSource.MIN_DELAY, CameraSource.MAX_DELAY),
                Listen.of(values, format.port()),
                NamePattern.parse("camera", values.text("camera").orElse(format.camera()), format.placeholders()),
                placement,
                Math.toRadians(
                        values.decimal("fieldOfView", FIELD_OF_VIEW, Calibration.MIN_ANGLE, Calibration.MAX_ANGLE)),
                near,
                far == 0 ? OptionalDouble.empty() : OptionalDouble.of(far),
                staleNanos(values),
                format.options().apply(values));
    }

    private static long staleNanos(Values values) {
        int millis = values.integer("staleAfter", STALE_MILLIS, 0, 3_600_000);
        if (millis > 0 && millis < 100) {
            throw new InvalidValueException("staleAfter", millis, "must be 0 for never, or in [100, 3600000]");
        }
        return millis == 0 ? Long.MAX_VALUE : millis * 1_000_000L;
    }

    /** Whether a device that stands still has the same view as with other settings. */
    boolean sameViews(Settings<O> other) {
        return placement.equals(other.placement)
                && yfov == other.yfov
                && near == other.near
                && far.equals(other.far)
                && options.equals(other.options);
    }

    /** A name for any configuration, even a wrong one: its own, or else the last part of the factory's. */
    static String receiver(Map<String, ?> properties, Format<?> format) {
        return InstanceName.plain(format.pid(), properties);
    }

    /**
     * A view from a pose, with what is known of the lens.
     *
     * @param angle vertical field of view, radians; the configured one if it is missing
     * @throws InvalidValueException if there is no such view
     */
    View3d view(Pose pose, OptionalDouble angle, OptionalDouble focusDistance, Lens lens) {
        boolean known = lens.focalLength().isPresent()
                || lens.sensor().isPresent()
                || lens.distortion().isPresent();
        return new View3d(
                pose.position(),
                pose.orientation(),
                new Projection.Perspective(angle.orElse(yfov), near, far, OptionalDouble.empty()),
                focusDistance,
                known ? Optional.of(lens) : Optional.empty());
    }

    /** The vertical field of view of a pinhole camera, radians; both in millimetres. */
    static double fieldOfView(double sensorHeight, double focalLength) {
        return 2 * Math.atan(sensorHeight / (2 * focalLength));
    }
}
