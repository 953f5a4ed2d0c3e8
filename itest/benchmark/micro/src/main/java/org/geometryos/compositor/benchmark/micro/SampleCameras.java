package org.geometryos.compositor.benchmark.micro;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.api.value.Vector3;

/** Camera updates as sources send them. */
public final class SampleCameras {
    private static final long TIME = 1_763_734_779_123_456L;

    private SampleCameras() {}

    /** A viewport with numbers of all digits, as a moving one has them. */
    public static View view2d() {
        return new View2d(
                819_213.371_240_11, 818_977.012_734_9, 1.531_270_013, 0.251_273_001, Optional.of(new Size(1920, 1080)));
    }

    /** A tracked camera with a lens. */
    public static View view3d() {
        return new View3d(
                new Vector3(1.234_567, 1.712_345, 4.012_345),
                new Quaternion(0.036_812, 0.382_241, -0.015_243, 0.923_202),
                new Projection.Perspective(0.785_398, 0.1, OptionalDouble.of(1000), OptionalDouble.of(1.777_778)),
                OptionalDouble.of(4.2),
                Optional.of(new Lens(
                        OptionalDouble.of(24.3),
                        Optional.of(new Size(36, 20.25)),
                        Optional.of(List.of(0.012_3, -0.004_56)))));
    }

    public static CameraState state(String camera, View view) {
        return new CameraState(
                camera,
                view,
                TIME,
                TIME + 250,
                OptionalLong.of(1_000_000_000),
                Optional.empty(),
                "tracker",
                Optional.of("k3v9d2m5"),
                false);
    }

    public static Change change(String camera, View view) {
        return new Change.CameraChanged(state(camera, view));
    }
}
