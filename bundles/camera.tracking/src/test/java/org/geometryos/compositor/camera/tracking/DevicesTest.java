package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.camera.tracking.Fixtures.TestSink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DevicesTest {
    private static final long STALE = 1_000;

    private final Counters counters = new Counters();
    private final Devices<String> cameras = new Devices<>("stage", counters);
    private final TestSink sink = new TestSink();

    @BeforeEach
    void connect() {
        cameras.connected(sink);
    }

    private boolean sample(Object device, String camera, long now) {
        boolean heard = cameras.heard(device, "state of " + device, now, STALE);
        if (heard) {
            cameras.drive(device, new CameraUpdate(camera, new View2d(0, 0, 1, 0)), now, STALE);
        }
        return heard;
    }

    @Test
    void aDeviceIsSilentAfterTheConfiguredTimeAndGoesOnWithoutACutWhenItIsBack() {
        sample(1, "a", 0);
        sample(2, "b", 500);
        assertThat(cameras.silent(1_000, STALE)).isEmpty();
        assertThat(cameras.silent(1_001, STALE)).containsExactly("a");
        sample(1, "a", 1_002);
        sample(2, "b", 1_003);
        assertThat(sink.updates).extracting(CameraUpdate::cut).containsOnly(false);
        assertThat(cameras.silent(1_003, STALE)).isEmpty();
    }

    @Test
    void aDeviceThatStandsStillKeepsItsCameraUntilItIsStale() {
        long second = 1_000_000_000;
        cameras.heard(1, "a", 0, 5 * second);
        cameras.drive(1, new CameraUpdate("a", new View2d(0, 0, 1, 0)), 0, 5 * second);
        for (int i = 1; i <= 10; i++) {
            cameras.tick(i * second, 5 * second);
        }
        assertThat(sink.renewed).containsExactly("a", "a", "a", "a", "a");
    }

    @Test
    void aCameraThatSomebodyElseHasIsNotKept() {
        sink.outcome = Fixtures.HELD;
        sample(1, "a", 0);
        cameras.tick(900_000_000, Long.MAX_VALUE);
        assertThat(sink.renewed).isEmpty();
    }

    @Test
    void theNumberOfDevicesIsBounded() {
        for (int i = 0; i < Devices.MAX_DEVICES; i++) {
            assertThat(sample(i, "c" + i, i)).isTrue();
        }
        assertThat(sample("more", "more", 900)).isFalse();
        assertThat(counters.get(Count.TOO_MANY)).isEqualTo(1);
        assertThat(cameras.state("more")).isEmpty();
        assertThat(sample("more", "more", STALE + 1))
                .as("the first one is stale")
                .isTrue();
        assertThat(sink.removed).containsExactly("c0");
        assertThat(cameras.state(0)).isEmpty();
        assertThat(cameras.cameras()).isEqualTo(Devices.MAX_DEVICES);
    }

    @Test
    void aNameBelongsToTheDeviceThatDrivesItUntilThatIsStale() {
        sample(1, "a", 0);
        sample(2, "a", STALE);
        assertThat(counters.get(Count.NAME_TAKEN)).isEqualTo(1);
        assertThat(sink.updates).hasSize(1);
        sample(2, "a", STALE + 1);
        assertThat(sink.updates).extracting(CameraUpdate::cut).containsExactly(false, true);
        assertThat(sink.removed).as("the camera goes on").isEmpty();
        sample(1, "a", STALE + 2);
        assertThat(counters.get(Count.NAME_TAKEN)).isEqualTo(2);
    }

    @Test
    void aDeviceThatIsNeverStaleKeepsItsNameForEver() {
        cameras.heard(1, "state", 0, Long.MAX_VALUE);
        cameras.drive(1, new CameraUpdate("a", new View2d(0, 0, 1, 0)), 0, Long.MAX_VALUE);
        long later = TimeUnit.DAYS.toNanos(1);
        assertThat(cameras.silent(later, Long.MAX_VALUE)).isEmpty();
        cameras.heard(2, "state", later, Long.MAX_VALUE);
        cameras.drive(2, new CameraUpdate("a", new View2d(0, 0, 1, 0)), later, Long.MAX_VALUE);
        assertThat(counters.get(Count.NAME_TAKEN)).isEqualTo(1);
    }

    @Test
    void aCutThatIsRefusedComesWithTheNextView() {
        sample(1, "a", 0);
        cameras.jump();
        sink.outcome = new Outcome.Refused(Outcome.Reason.UNAVAILABLE, "away");
        sample(1, "a", 1);
        sink.outcome = Fixtures.ACCEPTED;
        sample(1, "a", 2);
        sample(1, "a", 3);
        assertThat(sink.updates).extracting(CameraUpdate::cut).containsExactly(false, true, true, false);
    }

    @Test
    void whatFollowsARefusalOfAHostThatIsBusyIsNoCut() {
        sample(1, "a", 0);
        for (Outcome.Reason reason : Outcome.Reason.values()) {
            if (reason != Outcome.Reason.HELD) {
                sink.outcome = new Outcome.Refused(reason, "not now");
                sample(1, "a", 1);
            }
        }
        sink.outcome = Fixtures.ACCEPTED;
        sample(1, "a", 2);
        assertThat(sink.updates).extracting(CameraUpdate::cut).containsOnly(false);
    }

    @Test
    void aChangedConfigurationJumps() {
        sample(1, "a", 0);
        sample(1, "a", 1);
        cameras.jump();
        sample(1, "a", 2);
        assertThat(sink.updates).extracting(CameraUpdate::cut).containsExactly(false, false, true);
    }

    @Test
    void aNewBridgeIsUsedAtOnceAndTheOldOneMayGoLater() {
        TestSink next = new TestSink();
        cameras.connected(next);
        cameras.disconnected(sink);
        sample(1, "a", 0);
        assertThat(next.updates).hasSize(1);
        assertThat(sink.updates).isEmpty();
    }

    @Test
    void allCamerasCanBeTakenAway() {
        sample(1, "a", 0);
        sample(2, "b", 0);
        cameras.removeAll();
        assertThat(sink.removed).containsExactlyInAnyOrder("a", "b");
        assertThat(cameras.cameras()).isZero();
    }

    @Test
    void manyNamesAreShortened() {
        assertThat(Devices.some(List.of("a", "b"))).isEqualTo("a, b");
        assertThat(Devices.some(List.of("a", "b", "c", "d", "e", "f", "g"))).isEqualTo("a, b, c, d, e and 2 more");
    }
}
