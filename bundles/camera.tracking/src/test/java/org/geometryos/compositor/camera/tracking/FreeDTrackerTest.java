package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.geometryos.compositor.camera.tracking.Fixtures.HELD;
import static org.geometryos.compositor.camera.tracking.Fixtures.SENDER;
import static org.geometryos.compositor.camera.tracking.Fixtures.buffer;
import static org.geometryos.compositor.camera.tracking.Fixtures.freeD;
import static org.geometryos.compositor.camera.tracking.Fixtures.hex;
import static org.geometryos.compositor.camera.tracking.Fixtures.isCloseTo;

import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.camera.tracking.Fixtures.TestSink;
import org.geometryos.compositor.tracking.FreeDSample;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreeDTrackerTest {
    private final Counters counters = new Counters();
    private final Devices<FreeDSample> cameras = new Devices<>("stage", counters);
    private final FreeDTracker tracker = new FreeDTracker(cameras, counters);
    private final TestSink sink = new TestSink();

    @BeforeEach
    void connect() {
        cameras.connected(sink);
    }

    private void take(byte[] packet, Settings<FreeDOptions> settings) {
        tracker.datagram(buffer(packet), SENDER, 0, settings);
    }

    private Projection.Perspective projection() {
        return (Projection.Perspective) sink.view().projection();
    }

    @Test
    void aCaptureOfARealDeviceDrivesACamera() {
        take(hex("d100df78aa0047ef000000000000000000000000004000001501d1ff12"), freeD());
        assertThat(sink.last().camera()).isEqualTo("stage/0");
        isCloseTo(sink.view().orientation(), 0.004135, 0.537715, -0.002637, 0.843112);
        isCloseTo(sink.view().position(), 0, 0, 0);
        assertThat(sink.view().projection())
                .isEqualTo(
                        new Projection.Perspective(Math.PI / 4, 0.1, OptionalDouble.empty(), OptionalDouble.empty()));
        assertThat(sink.view().lens()).isEmpty();
        assertThat(sink.last().time()).isEmpty();
    }

    @Test
    void millimetresBecomeMetres() {
        take(hex("d101050000fd800001400000fa00fe0c00017700012345000abc1118d7"), freeD());
        assertThat(sink.last().camera()).isEqualTo("stage/1");
        isCloseTo(sink.view().position(), 1, 1.5, 2);
    }

    @Test
    void noSampleJumpsByItselfAndARepeatedOneIsNoDuplicate() {
        for (int i = 0; i < 3; i++) {
            take(freeD(1, 0, 0, 0, 0, 0, 0, 0), freeD());
        }
        assertThat(sink.updates).extracting(CameraUpdate::cut).containsOnly(false);
        assertThat(counters.get(Count.SAMPLES)).isEqualTo(3);
        assertThat(counters.get(Count.ACCEPTED)).isEqualTo(3);
        assertThat(counters.get(Count.DUPLICATES)).isZero();
    }

    @Test
    void whatFollowsARefusalForAnotherHolderJumps() {
        take(freeD(1, 0, 0, 0, 0, 0, 0, 0), freeD());
        sink.outcome = HELD;
        take(freeD(1, 0, 0, 0, 0, 0, 0, 0), freeD());
        sink.outcome = Fixtures.ACCEPTED;
        take(freeD(1, 0, 0, 0, 0, 0, 0, 0), freeD());
        assertThat(sink.updates).extracting(CameraUpdate::cut).containsExactly(false, false, true);
        assertThat(counters.get(Count.REFUSED)).isEqualTo(1);
    }

    @Test
    void eachDeviceHasItsOwnTableFromZoomToFieldOfView() {
        Settings<FreeDOptions> settings = freeD("zoom", "1: 0=60 16384=20; *: 0=10mm 16384=50mm", "sensor", "36x20.25");
        take(freeD(1, 0, 0, 0, 0, 0, 0, 8192), settings);
        assertThat(projection().yfov()).isCloseTo(Math.toRadians(40), within(1e-12));
        take(freeD(2, 0, 0, 0, 0, 0, 0, 8192), settings);
        assertThat(projection().yfov()).isCloseTo(2 * Math.atan(20.25 / 60), within(1e-12));
        assertThat(sink.view().lens())
                .contains(new Lens(OptionalDouble.of(30), Optional.of(new Size(36, 20.25)), Optional.empty()));
    }

    @Test
    void withoutATableOfItsOwnADeviceHasTheConfiguredFieldOfView() {
        take(freeD(2, 0, 0, 0, 0, 0, 0, 8192), freeD("zoom", "1: 0=60", "fieldOfView", "30"));
        assertThat(projection().yfov()).isCloseTo(Math.toRadians(30), within(1e-12));
    }

    @Test
    void axesAndAnglesAreOptions() {
        // x = 64 mm, y = 128 mm, z = 192 mm; pan 90 degrees
        byte[] packet = freeD(1, 90 << 15, 0, 0, 64 << 6, 128 << 6, 192 << 6, 0);
        take(packet, freeD("axes", "-y,x,z", "angles", "-pan,tilt,roll"));
        isCloseTo(sink.view().position(), -0.128, 0.192, -0.064);
        isCloseTo(sink.view().orientation(), 0, Math.sqrt(0.5), 0, Math.sqrt(0.5));
    }

    @Test
    void theOffsetMovesAndTurnsEverything() {
        // one metre ahead of an origin that lies at 1, 2, 3 and is turned to the left
        take(freeD(1, 0, 0, 0, 0, 64_000, 0, 0), freeD("offsetPosition", "1,2,3", "offsetRotation", "90,0,0"));
        isCloseTo(sink.view().position(), 0, 2, 3);
        isCloseTo(sink.view().orientation(), 0, Math.sqrt(0.5), 0, Math.sqrt(0.5));
    }

    @Test
    void aFaultyPacketIsCountedAndLeavesNoTrace() {
        byte[] packet = freeD(1, 0, 0, 0, 0, 0, 0, 0);
        packet[28]++;
        take(packet, freeD());
        take(hex("d0010000"), freeD());
        take(hex("d1"), freeD());
        assertThat(counters.get(Count.FAULT_CHECKSUM)).isEqualTo(1);
        assertThat(counters.get(Count.FAULT_TYPE)).isEqualTo(1);
        assertThat(counters.get(Count.FAULT_LENGTH)).isEqualTo(1);
        assertThat(counters.faults()).isEqualTo(3);
        assertThat(sink.updates).isEmpty();
        assertThat(cameras.cameras()).isZero();
    }

    @Test
    void withoutABridgeNothingIsKept() {
        cameras.disconnected(sink);
        take(freeD(1, 0, 0, 0, 64, 0, 0, 0), freeD());
        assertThat(counters.get(Count.UNCONNECTED)).isEqualTo(1);
        cameras.connected(sink);
        assertThat(sink.updates).isEmpty();
        take(freeD(1, 0, 0, 0, 0, 0, 0, 0), freeD());
        assertThat(sink.last().cut()).as("nobody else moved it meanwhile").isFalse();
        isCloseTo(sink.view().position(), 0, 0, 0);
    }
}
