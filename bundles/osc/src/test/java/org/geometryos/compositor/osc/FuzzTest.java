package org.geometryos.compositor.osc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SplittableRandom;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.junit.jupiter.api.Test;

/** Packets, most of them wrong, leave counters and nothing else. */
class FuzzTest {
    private static final int PACKETS = Integer.getInteger("fuzz.inputs", 1_000_000);

    private final SplittableRandom random = new SplittableRandom(4711);
    private final Fakes parts = new Fakes();
    private final Receiver receiver = new Receiver("fuzz", parts);
    private final byte[][] seeds = {
        Packets.message("/compositor/camera/a/view", 1f, 2f, 3f),
        Packets.message("/compositor/camera/*/zoom", 2d),
        Packets.message("/compositor/camera/{a,b}/position", 1, 2L, 3f),
        Packets.message("/compositor/camera/a/take", true),
        Packets.message("/compositor/scene/select", "x", "y"),
        Packets.message("/compositor/scene/[a-z]*/visible", false),
        Packets.message("/compositor/wall/lobby/picture", "calibration"),
        Packets.message("/compositor/refresh", new byte[] {1, 2, 3}),
        Packets.bundle(
                1,
                Packets.message("/compositor/camera/a/x", 1f),
                Packets.bundle(
                        OscMessage.Tag.of(TimeOfDay.micros() + 9_000_000).value(),
                        Packets.message("/compositor/camera/a/fov", 40f))),
    };

    private byte[] packet() {
        byte[] packet = seeds[random.nextInt(seeds.length)].clone();
        int kind = random.nextInt(8);
        if (kind == 0) {
            packet = new byte[random.nextInt(64)];
            random.nextBytes(packet);
        } else if (kind == 1) {
            packet = java.util.Arrays.copyOf(packet, random.nextInt(packet.length + 8));
        } else if (kind < 7) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                packet[random.nextInt(packet.length)] =
                        kind < 4 ? (byte) random.nextInt() : (byte) "?*[]{},/ifsbhdtTFNI#\0".charAt(random.nextInt(21));
            }
        }
        return packet;
    }

    @Test
    void packetsOfAnybodyLeaveCountersOnly() {
        receiver.takeNow(Settings.of(Map.of("service.pid", OscConfig.PID + "~fuzz")));
        for (int i = 0; i < PACKETS; i++) {
            byte[] packet = packet();
            receiver.packet(ByteBuffer.wrap(packet));
            parts.updates.clear();
            parts.calls.clear();
            if (parts.cameras.size() > 100) {
                parts.cameras.clear();
            }
        }
        long became = 0;
        for (Count what :
                new Count[] {Count.DONE, Count.REFUSED, Count.UNCONNECTED, Count.UNKNOWN, Count.ARGUMENTS, Count.LIMITED
                }) {
            became += receiver.count(what);
        }
        assertThat(became).isEqualTo(receiver.count(Count.MESSAGES));
        assertThat(receiver.count(Count.FAULTY)).isBetween(PACKETS / 10L, PACKETS * 9L / 10);
        assertThat(receiver.count(Count.DONE)).isPositive();
        assertThat(receiver.count(Count.TOO_MANY)).as("what waits is bounded").isPositive();
    }
}
