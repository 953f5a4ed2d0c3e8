package org.geometryos.compositor.api.coordinates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.geometryos.compositor.api.coordinates.Coordinates.same;

import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

class RotationsTest {
    private static final Vector3 AHEAD = new Vector3(0, 0, -1);
    private static final Vector3 UP = new Vector3(0, 1, 0);

    private static void isCloseTo(Vector3 found, double x, double y, double z) {
        assertThat(Coordinates.distance(found, new Vector3(x, y, z)))
                .as("%s", found)
                .isLessThan(1e-12);
    }

    @Example
    void yawGoesLeftPitchUpAndRollCounterClockwise() {
        isCloseTo(Rotations.rotate(new YawPitchRoll(Math.PI / 2, 0, 0).quaternion(), AHEAD), -1, 0, 0);
        isCloseTo(Rotations.rotate(new YawPitchRoll(0, Math.PI / 2, 0).quaternion(), AHEAD), 0, 1, 0);
        isCloseTo(Rotations.rotate(new YawPitchRoll(0, 0, Math.PI / 2).quaternion(), UP), -1, 0, 0);
    }

    @Property
    void anOrientationComesBackFromItsAngles(@ForAll Quaternion q) {
        YawPitchRoll angles = YawPitchRoll.of(q);
        assertThat(angles.pitch()).isBetween(-Math.PI / 2, Math.PI / 2);
        same(angles.quaternion(), q);
    }

    @Property
    void anglesComeBackFromTheirOrientation(@ForAll Quaternion q) {
        YawPitchRoll angles = YawPitchRoll.of(q);
        Assume.that(Math.abs(angles.pitch()) < 1.57 && Math.abs(angles.yaw()) < 3.14 && Math.abs(angles.roll()) < 3.14);
        YawPitchRoll again = YawPitchRoll.of(angles.quaternion());
        assertThat(again.yaw()).isCloseTo(angles.yaw(), within(1e-9));
        assertThat(again.pitch()).isCloseTo(angles.pitch(), within(1e-9));
        assertThat(again.roll()).isCloseTo(angles.roll(), within(1e-9));
    }

    @Example
    void straightUpAndDownTheRollIsZero() {
        for (double pitch : new double[] {Math.PI / 2, -Math.PI / 2}) {
            Quaternion q = new YawPitchRoll(0.5, pitch, 0.25).quaternion();
            YawPitchRoll angles = YawPitchRoll.of(q);
            assertThat(angles.roll()).isZero();
            same(angles.quaternion(), q);
        }
    }

    @Property
    void aTurnAndItsInverseAreNone(@ForAll Quaternion q, @ForAll Vector3 v) {
        same(Rotations.multiply(q, Rotations.inverse(q)), Quaternion.IDENTITY);
        Vector3 back = Rotations.rotate(Rotations.inverse(q), Rotations.rotate(q, v));
        assertThat(Coordinates.distance(back, v))
                .isLessThanOrEqualTo(1e-14 * (1 + Math.abs(v.x()) + Math.abs(v.y()) + Math.abs(v.z())));
    }

    @Property
    void aProductIsOneTurnAfterTheOther(@ForAll Quaternion a, @ForAll Quaternion b) {
        Vector3 v = new Vector3(1, 2, 3);
        Vector3 once = Rotations.rotate(Rotations.multiply(a, b), v);
        assertThat(Coordinates.distance(once, Rotations.rotate(a, Rotations.rotate(b, v))))
                .isLessThan(1e-12);
    }

    @Property
    void aPoseAndItsInverseAreNone(@ForAll Pose pose) {
        Pose none = pose.then(pose.inverse());
        assertThat(Coordinates.distance(none.position(), new Vector3(0, 0, 0))).isLessThan(1e-7);
        same(none.orientation(), Quaternion.IDENTITY);
    }

    @Property
    void whatIsWithinAPoseComesBack(@ForAll Pose outer, @ForAll Pose inner) {
        Pose back = outer.inverse().then(outer.then(inner));
        assertThat(Coordinates.distance(back.position(), inner.position())).isLessThan(1e-7);
        same(back.orientation(), inner.orientation());
    }

    @Property
    void aCameraLooksAtItsTarget(@ForAll Vector3 camera, @ForAll Vector3 target) {
        double distance = Coordinates.distance(camera, target);
        Assume.that(distance > 1);
        Quaternion q = Rotations.lookAt(camera, target, UP);
        Vector3 seen = new Pose(camera, q).apply(new Vector3(0, 0, -distance));
        assertThat(Coordinates.distance(seen, target)).isLessThan(1e-7);
        Vector3 up = Rotations.rotate(q, UP);
        Vector3 right = Rotations.rotate(q, new Vector3(1, 0, 0));
        assertThat(up.y()).as("not upside down").isGreaterThan(-1e-8);
        if (Math.hypot(camera.x() - target.x(), camera.z() - target.z()) > 1e-6 * distance) {
            assertThat(right.y()).as("the horizon is level").isCloseTo(0, within(1e-9));
        }
    }

    @Example
    void lookingAheadIsNoTurn() {
        same(Rotations.lookAt(new Vector3(1, 2, 3), new Vector3(1, 2, -7), UP), Quaternion.IDENTITY);
    }

    @Example
    void lookingAlongTheUpDirectionGivesAnOrientation() {
        for (Vector3 up : new Vector3[] {UP, new Vector3(0, 0, 1), new Vector3(1, 0, 0), new Vector3(-3, 0.5, 2)}) {
            Quaternion q = Rotations.lookAt(new Vector3(0, 0, 0), up, up);
            Vector3 ahead = Rotations.rotate(q, AHEAD);
            double length = Coordinates.distance(up, new Vector3(0, 0, 0));
            isCloseTo(ahead, up.x() / length, up.y() / length, up.z() / length);
        }
    }

    @Example
    void whatGivesNoDirectionIsRefused() {
        Vector3 here = new Vector3(1, 2, 3);
        assertThatThrownBy(() -> Rotations.lookAt(here, here, UP))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("target must give a direction, not Vector3[x=1.0, y=2.0, z=3.0]");
        assertThatThrownBy(() -> Rotations.lookAt(here, UP, new Vector3(0, 0, 0)))
                .hasMessageStartingWith("up must give a direction");
    }
}
