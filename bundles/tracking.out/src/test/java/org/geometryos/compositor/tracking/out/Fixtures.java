package org.geometryos.compositor.tracking.out;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.coordinates.YawPitchRoll;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/** What the tests share. */
final class Fixtures {
    static final long NOW = 1_700_000_000_000_000L;

    private Fixtures() {}

    static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> properties = new HashMap<>(
                Map.of("service.pid", "x~led", "camera", "stage", "address", "127.0.0.1", "port", 40_000));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    static Settings freeD(Object... keysAndValues) {
        return Settings.freeD(map(keysAndValues));
    }

    static Settings openTrackIo(Object... keysAndValues) {
        return Settings.openTrackIo(map(keysAndValues));
    }

    static View3d view(Pose pose, double yfov) {
        return new View3d(
                pose.position(),
                pose.orientation(),
                new Projection.Perspective(yfov, 0.1, OptionalDouble.empty(), OptionalDouble.empty()),
                OptionalDouble.of(3),
                Optional.empty());
    }

    static CameraState state(View view, long time, long received, boolean cut) {
        return new CameraState(
                "stage",
                view,
                time,
                received,
                OptionalLong.of(7),
                Optional.of("01:02:03:04"),
                "test",
                Optional.empty(),
                cut);
    }

    /** At x, received a moment later. */
    static CameraState at(double x, long time, long took) {
        return state(view(new Pose(new Vector3(x, 0, 0), Quaternion.IDENTITY), 1), time, time + took, false);
    }

    static Moment moment(Pose pose, double yfov) {
        View3d view = view(pose, yfov);
        return Moment.of(state(view, NOW, NOW, false), view);
    }

    /** Within 100 m, not straight up or down. */
    static Pose pose(RandomGenerator random) {
        return new Pose(
                new Vector3(random.nextDouble(-100, 100), random.nextDouble(-100, 100), random.nextDouble(-100, 100)),
                new YawPitchRoll(random.nextDouble(-3.1, 3.1), random.nextDouble(-1.5, 1.5), random.nextDouble(-3, 3))
                        .quaternion());
    }
}
