package org.geometryos.compositor.foxglove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.coordinates.Rotations;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.junit.jupiter.api.Test;

/** The numbers in the messages, reckoned in another way than the messages are made. */
class MessagesTest {
    private static final Vector3 PLACE = new Vector3(1, 2, 3);
    private static final Quaternion TURN = Rotations.multiply(Rotations.aboutY(0.7), Rotations.aboutX(-0.4));

    private static CameraState state(View3d view) {
        return new CameraState(
                "crane/a",
                view,
                1_700_000_000_123_456L,
                1,
                OptionalLong.empty(),
                Optional.empty(),
                "test",
                Optional.empty(),
                false);
    }

    private static List<Double> numbers(Object list) {
        return ((List<?>) list)
                .stream().map(each -> ((Number) each).doubleValue()).toList();
    }

    private static Vector3 vector(Object map) {
        Map<?, ?> m = (Map<?, ?>) map;
        return new Vector3(number(m, "x"), number(m, "y"), number(m, "z"));
    }

    private static Quaternion quaternion(Object map) {
        Map<?, ?> m = (Map<?, ?>) map;
        return new Quaternion(number(m, "x"), number(m, "y"), number(m, "z"), number(m, "w"));
    }

    private static double number(Map<?, ?> map, String name) {
        return ((Number) map.get(name)).doubleValue();
    }

    private static void near(Vector3 a, Vector3 b) {
        assertThat(a.x()).isCloseTo(b.x(), within(1e-9));
        assertThat(a.y()).isCloseTo(b.y(), within(1e-9));
        assertThat(a.z()).isCloseTo(b.z(), within(1e-9));
    }

    /** Where a point of the optical frame lies in the picture, in parts of its width and height. */
    private static double[] picture(Projection lens, Vector3 inCamera) {
        Map<String, Object> calibration = Around.read(
                Messages.calibration(1_000_000, state(new View3d(PLACE, TURN, lens)), new View3d(PLACE, TURN, lens))
                        .orElseThrow());
        List<Double> p = numbers(calibration.get("P"));
        assertThat(p).hasSize(12);
        assertThat(numbers(calibration.get("K"))).hasSize(9);
        assertThat(numbers(calibration.get("R"))).containsExactly(1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0);
        Vector3 v = Rotations.rotate(Rotations.inverse(Frames.OPTICAL_IN_CAMERA.orientation()), inCamera);
        double w = p.get(8) * v.x() + p.get(9) * v.y() + p.get(10) * v.z() + p.get(11);
        double x = (p.get(0) * v.x() + p.get(1) * v.y() + p.get(2) * v.z() + p.get(3)) / w;
        double y = (p.get(4) * v.x() + p.get(5) * v.y() + p.get(6) * v.z() + p.get(7)) / w;
        return new double[] {x / number(calibration, "width"), y / number(calibration, "height")};
    }

    @Test
    void theCornersOfALensAreTheCornersOfThePicture() {
        double yfov = 0.8;
        double aspect = 2;
        double up = Math.tan(yfov / 2) * 5;
        Projection lens = new Projection.Perspective(yfov, 0.1, OptionalDouble.empty(), OptionalDouble.of(aspect));
        assertThat(picture(lens, new Vector3(up * aspect, up, -5))).containsExactly(new double[] {1, 0}, within(1e-3));
        assertThat(picture(lens, new Vector3(-up * aspect, -up, -5)))
                .containsExactly(new double[] {0, 1}, within(1e-3));
    }

    @Test
    void theEdgesOfAFrustumAreTheEdgesOfThePicture() {
        Projection lens = new Projection.Frustum(-0.1, 0.3, -0.05, 0.15, 0.5, 100);
        assertThat(picture(lens, new Vector3(-0.2, 0.3, -1))).containsExactly(new double[] {0, 0}, within(1e-3));
        assertThat(picture(lens, new Vector3(0.6, -0.1, -1))).containsExactly(new double[] {1, 1}, within(1e-3));
    }

    @Test
    void aParallelProjectionHasNoCalibration() {
        View3d view = new View3d(PLACE, TURN, new Projection.Orthographic(1, 1, 0, 10));
        assertThat(Messages.calibration(state(view).time(), state(view), view)).isEmpty();
    }

    @Test
    void aCameraStandsOnTheStageAndTheStageUprightInTheWorld() {
        View3d view = new View3d(PLACE, TURN, new Projection.Orthographic(1, 1, 0, 10));
        Map<String, Object> transform =
                Around.read(Messages.transform(state(view).time(), state(view), view));
        assertThat(transform)
                .containsEntry("parent_frame_id", "stage")
                .containsEntry("child_frame_id", "camera/crane/a")
                .containsEntry("timestamp", Map.of("sec", 1_700_000_000L, "nsec", 123_456_000L));
        near(vector(transform.get("translation")), PLACE);
        assertThat(Rotations.angle(quaternion(transform.get("rotation")), TURN)).isLessThan(1e-9);

        List<?> frames =
                (List<?>) Around.read(Messages.frames(1, List.of("crane/a"))).get("transforms");
        Map<?, ?> stage = (Map<?, ?>) frames.get(0);
        assertThat(stage.get("parent_frame_id")).isEqualTo("world");
        near(Rotations.rotate(quaternion(stage.get("rotation")), new Vector3(0, 1, 0)), new Vector3(0, 0, 1));
        near(Rotations.rotate(quaternion(stage.get("rotation")), new Vector3(1, 0, 0)), new Vector3(1, 0, 0));
        Map<?, ?> optical = (Map<?, ?>) frames.get(1);
        assertThat(optical.get("child_frame_id")).isEqualTo("camera/crane/a/optical");
        near(Rotations.rotate(quaternion(optical.get("rotation")), new Vector3(0, 0, 1)), new Vector3(0, 0, -1));
        near(Rotations.rotate(quaternion(optical.get("rotation")), new Vector3(0, 1, 0)), new Vector3(0, -1, 0));
    }

    /** A viewer scales a model along its axes after it has turned +Y up to +Z up, and then turns and moves it. */
    @Test
    void aPointOfAModelIsWhereTheDisplaysDrawIt() {
        Vector3 scale = new Vector3(2, 3, 5);
        Model model = new Model("m", "models/m.glb", PLACE, TURN, scale, true, Optional.empty(), Optional.empty());
        Map<String, Object> update =
                Around.read(Messages.scene(null, new Scene(1, List.of(model), List.of("m")), 1, "http://h/models/")
                        .get(0));
        Map<?, ?> entity = (Map<?, ?>) ((List<?>) update.get("entities")).get(0);
        Map<?, ?> shape = (Map<?, ?>) ((List<?>) entity.get("models")).get(0);
        Map<?, ?> pose = (Map<?, ?>) shape.get("pose");
        Vector3 point = new Vector3(0.3, 0.5, -0.7);

        Vector3 turned = Rotations.rotate(Rotations.aboutX(Math.PI / 2), point);
        Vector3 s = vector(shape.get("scale"));
        Vector3 scaled = new Vector3(turned.x() * s.x(), turned.y() * s.y(), turned.z() * s.z());
        Vector3 there = new Pose(vector(pose.get("position")), quaternion(pose.get("orientation"))).apply(scaled);

        Vector3 own = new Vector3(point.x() * scale.x(), point.y() * scale.y(), point.z() * scale.z());
        near(there, new Pose(PLACE, TURN).apply(own));
        assertThat(shape.get("url")).isEqualTo("http://h/models/m.glb");
        assertThat(entity.get("metadata")).isEqualTo(List.of(Map.of("key", "selected", "value", "true")));
    }
}
