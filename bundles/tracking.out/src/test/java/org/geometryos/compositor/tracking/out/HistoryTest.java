package org.geometryos.compositor.tracking.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.geometryos.compositor.tracking.out.Fixtures.NOW;
import static org.geometryos.compositor.tracking.out.Fixtures.at;
import static org.geometryos.compositor.tracking.out.Fixtures.state;

import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.coordinates.Rotations;
import org.geometryos.compositor.api.value.Vector3;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History history = new History();

    private double x(long micros) {
        return history.at(micros).orElseThrow().pose().position().x();
    }

    @Test
    void betweenTwoSamplesItIsBetween() {
        history.add(at(0, NOW, 1_000));
        history.add(at(1, NOW + 20_000, 1_000));
        history.add(at(5, NOW + 40_000, 3_000));
        // the quickest took 1 ms
        assertThat(x(NOW + 11_000)).isCloseTo(0.5, within(1e-9));
        assertThat(x(NOW + 31_000)).isCloseTo(3, within(1e-9));
        assertThat(history.at(NOW + 31_000).orElseThrow().time()).isEqualTo(NOW + 30_000);
        assertThat(x(NOW + 41_000)).isEqualTo(5);
        assertThat(x(NOW + 900_000)).as("it stays").isEqualTo(5);
        assertThat(x(NOW - 900_000)).as("nothing is known before").isEqualTo(0);
    }

    @Test
    void aClockThatIsWrongDoesNotMatter() {
        long hour = 3_600_000_000L;
        history.add(at(0, NOW - hour, hour));
        history.add(at(1, NOW - hour + 20_000, hour));
        assertThat(x(NOW + 10_000)).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void acrossACutAndAcrossAStandstillItHolds() {
        Pose there = new Pose(new Vector3(9, 0, 0), Rotations.aboutY(1));
        history.add(at(0, NOW, 0));
        history.add(state(Fixtures.view(there, 1), NOW + 20_000, NOW + 20_000, true));
        assertThat(x(NOW + 19_000)).isEqualTo(0);
        assertThat(x(NOW + 20_000)).isEqualTo(9);
        history.add(at(10, NOW + 900_000, 0));
        assertThat(x(NOW + 500_000)).isEqualTo(9);
    }

    @Test
    void turnsGoTheShorterWayAtAnEvenSpeed() {
        Pose from = new Pose(new Vector3(0, 0, 0), Rotations.aboutY(Math.toRadians(170)));
        Pose to = new Pose(new Vector3(0, 0, 0), Rotations.aboutY(Math.toRadians(-170)));
        history.add(state(Fixtures.view(from, 1), NOW, NOW, false));
        history.add(state(Fixtures.view(to, 1), NOW + 10_000, NOW + 10_000, false));
        assertThat(Math.toDegrees(Rotations.angle(
                        from.orientation(),
                        history.at(NOW + 2_500).orElseThrow().pose().orientation())))
                .isCloseTo(5, within(1e-6));
    }

    @Test
    void anOlderTimeBeginsAnew() {
        history.add(at(0, NOW, 0));
        history.add(at(1, NOW - 5_000, 0));
        assertThat(x(NOW)).isEqualTo(1);
        assertThat(x(NOW - 6_000)).isEqualTo(1);
    }

    @Test
    void aFlatViewIsNothing() {
        history.add(at(0, NOW, 0));
        history.add(state(new View2d(0, 0, 1, 0), NOW + 1, NOW + 1, false));
        assertThat(history.newest()).isEmpty();
        assertThat(history.at(NOW)).isEmpty();
    }
}
