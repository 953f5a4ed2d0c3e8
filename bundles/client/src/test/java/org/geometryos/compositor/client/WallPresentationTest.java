package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.WallMember;
import org.junit.jupiter.api.Test;

/** The cases of the JavaScript client's presentation. */
class WallPresentationTest {
    private static final long S = 1_000_000;
    private static final List<DelayChange> STEADY = List.of(DelayChange.at(0, 100_000));

    private static WallPresentation presented(double screenDelay, List<DelayChange> delay) {
        WallPresentation wall = new WallPresentation();
        wall.change(delay, new WallMember("left", 0, 0, 1, 1, 0, screenDelay, Optional.empty()));
        return wall;
    }

    private static CameraState sample(long time, long received, String source) {
        return new CameraState(
                "tour",
                new View2d(time, 0, 1, 0),
                time,
                received,
                OptionalLong.empty(),
                Optional.empty(),
                source,
                Optional.empty(),
                false);
    }

    @Test
    void showsTheStateOfTheWallsDelayAgoWhateverTheWayHereTakes() {
        WallPresentation fast = presented(0, STEADY);
        WallPresentation slow = presented(0, STEADY);
        for (long t = S; t < 2 * S; t += 16_000) {
            fast.arrived(sample(t, t, "a"), t + 2_000);
            slow.arrived(sample(t, t, "a"), t + 70_000);
        }
        assertThat(fast.frame(19 * S / 10)).isEqualTo(18 * S / 10).isEqualTo(slow.frame(19 * S / 10));
    }

    @Test
    void aScreenThatTakesTimeIsGivenWhatWillBeDueThen() {
        assertThat(presented(40, STEADY).momentOf(19 * S / 10)).isEqualTo(1_840_000);
    }

    @Test
    void theDelayGoesFromOneValueToTheNextInTheTimeAnnounced() {
        WallPresentation wall = presented(0, List.of(new DelayChange(10 * S, 100_000, 12 * S, 120_000)));
        assertThat(wall.momentOf(S)).isEqualTo(S - 100_000);
        assertThat(wall.momentOf(11 * S)).isEqualTo(11 * S - 110_000);
        assertThat(wall.momentOf(99 * S)).isEqualTo(99 * S - 120_000);
        assertThat(new WallPresentation().momentOf(S)).as("none is chosen yet").isEqualTo(S);
    }

    @Test
    void whoHearsOfTwoChangesHasTheDelayOfWhoHeardOfTheLastOneAloneOnceThatHolds() {
        DelayChange first = new DelayChange(10 * S, 100_000, 20 * S, 200_000);
        DelayChange second = new DelayChange(15 * S, 150_000, 16 * S, 140_000);
        WallPresentation early = presented(0, List.of(first, second));
        WallPresentation late = presented(0, List.of(second));
        assertThat(early.momentOf(14 * S)).isEqualTo(14 * S - 140_000);
        for (long t = 15 * S; t < 30 * S; t += S / 7) {
            assertThat(early.momentOf(t)).isEqualTo(late.momentOf(t));
        }
    }

    @Test
    void reportsWhatCameAndWhatWasShownSinceTheLastReport() {
        WallPresentation wall = presented(0, STEADY);
        assertThat(wall.report("main", 300)).isEqualTo(new MemberReport("main", 300, 0, 0, 0, 0, 0, 0, 0));
        long last = 0;
        for (int i = 0; i < 100; i++) {
            last = 10 * S + i * 20_000;
            wall.arrived(sample(last, last, "a"), last + (i == 50 ? 60_000 : 5_000));
            wall.frame(last + 10_000);
        }
        // two frames after the last sample's time, and one at rest
        wall.frame(last + 110_000);
        wall.frame(last + 150_000);
        wall.frame(last + 5 * S);
        assertThat(wall.report("main", 300))
                .isEqualTo(new MemberReport(
                        "main", 300, 5_000, 60_000, 20_000, 103, 2, last + 5 * S, last + 5 * S - 100_000));
        assertThat(wall.report("main", 300).frames()).isZero();
    }

    @Test
    void ofATimeFarAheadTheTimeOfItsArrivalAtTheServerCounts() {
        WallPresentation wall = presented(0, STEADY);
        wall.arrived(sample(90 * S, 10 * S, "a"), 10 * S + 7_000);
        assertThat(wall.report("main", 0).ageP50()).isEqualTo(7_000);
    }

    @Test
    void theAgesOfSomeSecondsCount() {
        WallPresentation wall = presented(0, STEADY);
        for (int i = 0; i < 5_000; i++) {
            wall.arrived(sample(S + i, S, "a"), S + i + (i < 4_000 ? 90_000 : 1_000));
        }
        assertThat(wall.report("main", 0).ageP99()).isEqualTo(1_000);
    }
}
