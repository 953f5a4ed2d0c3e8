package org.geometryos.compositor.api.coordinates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.api.coordinates.Coordinates.same;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/** glTF, Z-up, OpenTrackIO and FreeD. */
class TrackedPosesTest {
    private static final Vector3 AHEAD = new Vector3(0, 0, -1);
    private static final Vector3 UP = new Vector3(0, 1, 0);

    @Example
    void openTrackIoSampleBecomesGltf() {
        Pose pose = new OpenTrackIoPose(1, 2, 3, 180, 90, 45).toGltf();
        assertThat(pose.position()).isEqualTo(new Vector3(1, 3, -2));
        isWithin1e6(pose.orientation(), -0.270598, 0.653281, -0.653281, -0.270598);
        assertThat(Coordinates.distance(Rotations.rotate(pose.orientation(), AHEAD), UP))
                .isLessThan(1e-12);
    }

    @Example
    void freeDCaptureBecomesGltf() {
        // the first real capture: pan -65.05731, tilt 0.56198
        Pose pose = new FreeDPose(0, 0, 0, -65.05731, 0.56198, 0).toGltf();
        isWithin1e6(pose.orientation(), 0.004135, 0.537715, -0.002637, 0.843112);
    }

    @Example
    void freeDMillimetresBecomeMetresOfGltf() {
        assertThat(new FreeDPose(1000, -2000, 1500, 0, 0, 0).toGltf())
                .isEqualTo(new Pose(new Vector3(1, 1.5, 2), Quaternion.IDENTITY));
    }

    @Example
    void signsOfTheAnglesAreThoseOfTheFormats() {
        assertThat(ahead(new OpenTrackIoPose(0, 0, 0, 10, 0, 0).toGltf()).x())
                .as("OpenTrackIO pans left")
                .isNegative();
        assertThat(ahead(new FreeDPose(0, 0, 0, 10, 0, 0).toGltf()).x())
                .as("FreeD pans right")
                .isPositive();
        assertThat(ahead(new OpenTrackIoPose(0, 0, 0, 0, 10, 0).toGltf()).y())
                .as("tilts up")
                .isPositive();
        assertThat(ahead(new FreeDPose(0, 0, 0, 0, 10, 0).toGltf()).y())
                .as("tilts up")
                .isPositive();
        assertThat(Rotations.rotate(
                                new OpenTrackIoPose(0, 0, 0, 0, 0, 10).toGltf().orientation(), UP)
                        .x())
                .as("rolls clockwise")
                .isPositive();
        assertThat(Rotations.rotate(new FreeDPose(0, 0, 0, 0, 0, 10).toGltf().orientation(), UP)
                        .x())
                .as("rolls clockwise")
                .isPositive();
    }

    @Property
    void zUpComesBackExactly(@ForAll Vector3 v, @ForAll Quaternion q) {
        assertThat(ZUp.fromGltf(ZUp.toGltf(v))).isEqualTo(v);
        assertThat(ZUp.toGltf(ZUp.fromGltf(v))).isEqualTo(v);
        assertThat(ZUp.fromGltf(ZUp.toGltf(q))).isEqualTo(q);
        assertThat(ZUp.toGltf(ZUp.fromGltf(q))).isEqualTo(q);
    }

    @Property
    void turningInZUpIsTurningInGltf(@ForAll Quaternion q) {
        Vector3 v = new Vector3(1, 2, 3);
        Vector3 there = ZUp.toGltf(Rotations.rotate(q, v));
        assertThat(Coordinates.distance(there, Rotations.rotate(ZUp.toGltf(q), ZUp.toGltf(v))))
                .isLessThan(1e-12);
    }

    @Property
    void aPoseComesBackFromOpenTrackIo(@ForAll Pose pose) {
        same(OpenTrackIoPose.of(pose).toGltf(), pose);
    }

    @Property
    void aPoseComesBackFromFreeD(@ForAll Pose pose) {
        same(FreeDPose.of(pose).toGltf(), pose);
    }

    private static Vector3 ahead(Pose pose) {
        return Rotations.rotate(pose.orientation(), AHEAD);
    }

    private static void isWithin1e6(Quaternion found, double x, double y, double z, double w) {
        assertThat(Math.max(
                        Math.max(Math.abs(found.x() - x), Math.abs(found.y() - y)),
                        Math.max(Math.abs(found.z() - z), Math.abs(found.w() - w))))
                .as("%s", found)
                .isLessThan(1e-6);
    }
}
