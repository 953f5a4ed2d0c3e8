package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.camera.tracking.Fixtures.OTHER_SENDER;
import static org.geometryos.compositor.camera.tracking.Fixtures.SENDER;
import static org.geometryos.compositor.camera.tracking.Fixtures.buffer;
import static org.geometryos.compositor.camera.tracking.Fixtures.cbor;
import static org.geometryos.compositor.camera.tracking.Fixtures.json;
import static org.geometryos.compositor.camera.tracking.Fixtures.packet;
import static org.geometryos.compositor.camera.tracking.Fixtures.split;
import static org.geometryos.compositor.camera.tracking.Fixtures.utf8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.camera.tracking.Fixtures.TestSink;
import org.geometryos.compositor.tracking.FreeDSample;
import org.geometryos.compositor.tracking.Segment;
import org.junit.jupiter.api.Test;

/**
 * Mutated packets of each format end in counters, whatever they hold; afterwards a good packet is worth what it always
 * was.
 */
class FuzzTest {
    private static final int PACKETS = Integer.getInteger("fuzz.inputs", 1_000_000);
    /** Between two packets. */
    private static final long STEP_NANOS = 1_000_000;

    private static final byte[][] MORSELS = {
        utf8("1e999"),
        utf8("-1"),
        utf8("null"),
        utf8("{"),
        utf8("]"),
        utf8("\""),
        utf8("99999999999999999999"),
        {(byte) 0xff},
        {(byte) 0xf9, 0x7e, 0},
        {(byte) 0x9f},
        {0, 0, 0, 0},
        {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff}
    };
    private static final String SMALL = """
            {"sourceId":"urn:uuid:7","sourceNumber":7,"static":{"camera":{"label":"Jib","activeSensorPhysicalDimensions":{"width":36.0,"height":24.0}}},\
            "timing":{"sampleTimestamp":{"seconds":1700000037,"nanoseconds":5},"sequenceNumber":4711,"timecode":{"hours":1,"minutes":2,"seconds":3,"frames":4}},\
            "lens":{"pinholeFocalLength":24.305,"focusDistance":4.2,"entrancePupilOffset":0.1,"distortion":[{"radial":[0.1]}]},\
            "transforms":[{"translation":{"x":1.0,"y":2.0,"z":3.0},"rotation":{"pan":180.0,"tilt":90.0,"roll":45.0},"scale":{"x":1}}]}""";

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Counters counters = new Counters();
    private long pushed;

    /** Keeps nothing, and is moody. */
    private final CameraSink bridge = new CameraSink() {
        @Override
        public Outcome push(CameraUpdate update) {
            return pushed++ % 7 == 0 ? Fixtures.HELD : Fixtures.ACCEPTED;
        }

        @Override
        public Outcome remove(String camera) {
            return Fixtures.ACCEPTED;
        }
    };

    @Test
    void openTrackIoPackets() {
        Devices<OpenTrackIoSource> cameras = new Devices<>("fuzz", counters);
        OpenTrackIoTracker tracker = new OpenTrackIoTracker(cameras, counters);
        Settings<OpenTrackIoOptions> settings = Fixtures.openTrackIo("camera", "{source}/{id}/{subject}");
        List<byte[]> good = new ArrayList<>(List.of(json(1, SMALL), packet(2, 2, 0, true, cbor(SMALL)), json(3, "{}")));
        good.addAll(split(1, 4, utf8(SMALL), 150));
        good.addAll(split(2, 9, cbor(SMALL), 150));
        long end = run(cameras, tracker, settings, good, FuzzTest::repaired);
        assertThat(counters.get(Count.SEGMENTS)).isPositive();
        assertThat(counters.get(Count.FAULT_SYNTAX)).isPositive();
        tracker.tick(end);

        TestSink sink = new TestSink();
        cameras.connected(sink);
        tracker.datagram(buffer(json(1, SMALL.replace("urn:uuid:7", "good"))), SENDER, end, settings);
        assertThat(sink.updates)
                .as("seed %d", seed)
                .extracting(CameraUpdate::camera)
                .containsExactly("good/7/Jib");
        Fixtures.isCloseTo(sink.view().position(), 1, 3.1, -2);
    }

    @Test
    void freeDPackets() {
        Devices<FreeDSample> cameras = new Devices<>("fuzz", counters);
        FreeDTracker tracker = new FreeDTracker(cameras, counters);
        Settings<FreeDOptions> settings =
                Fixtures.freeD("zoom", "1: 0=60 16384=3.5; *: 1000=10mm 10000=100mm", "sensor", "36x20.25");
        List<byte[]> good = List.of(
                Fixtures.freeD(1, 100, 200, 300, 400, 500, 600, 700),
                Fixtures.freeD(2, -1, -2, -3, -4, -5, -6, 70_000));
        long end = run(
                cameras,
                tracker,
                settings,
                good,
                packet -> packet.length == FreeDSample.LENGTH ? Fixtures.withFreeDChecksum(packet) : packet);

        TestSink sink = new TestSink();
        cameras.connected(sink);
        tracker.datagram(buffer(Fixtures.freeD(9, 0, 0, 0, 64_000, 0, 0, 0)), SENDER, end, settings);
        assertThat(sink.updates)
                .as("seed %d", seed)
                .extracting(CameraUpdate::camera)
                .containsExactly("stage/9");
        Fixtures.isCloseTo(sink.view().position(), 1, 0, 0);
    }

    /** @return a time when all that was heard is stale */
    private <O> long run(
            Devices<?> cameras,
            Tracker<O> tracker,
            Settings<O> settings,
            List<byte[]> good,
            UnaryOperator<byte[]> repair) {
        cameras.connected(bridge);
        ByteBuffer buffer = ByteBuffer.allocate(65_536);
        long now = 0;
        for (int i = 0; i < PACKETS; i++) {
            byte[] mutated = mutate(good.get(random.nextInt(good.size())));
            byte[] packet = random.nextInt(8) == 0 ? mutated : repair.apply(mutated);
            buffer.clear().put(packet).flip();
            long before = counted();
            now += STEP_NANOS;
            try {
                tracker.datagram(buffer, i % 3 == 0 ? OTHER_SENDER : SENDER, now, settings);
            } catch (RuntimeException e) {
                throw new AssertionError(
                        "packet " + i + " of seed " + seed + ": "
                                + HexFormat.of().formatHex(packet),
                        e);
            }
            assertThat(counted() - before)
                    .as("packet %d of seed %d is counted", i, seed)
                    .isPositive();
            if (i % 100 == 0) {
                tracker.tick(now);
            }
        }
        assertThat(pushed).as("seed %d", seed).isPositive().isEqualTo(counters.get(Count.SAMPLES));
        assertThat(counters.get(Count.SAMPLES)).isEqualTo(counters.get(Count.ACCEPTED) + counters.get(Count.REFUSED));
        assertThat(counters.faults()).isPositive();
        assertThat(cameras.cameras()).as("seed %d", seed).isBetween(1, Devices.MAX_DEVICES);
        return now + 2 * settings.staleNanos();
    }

    private long counted() {
        long sum = 0;
        for (Count what : Count.values()) {
            sum += counters.get(what);
        }
        return sum;
    }

    private byte[] mutate(byte[] good) {
        byte[] packet = good.clone();
        for (int times = random.nextInt(4); times > 0; times--) {
            packet = mutateOnce(packet);
        }
        return packet;
    }

    private byte[] mutateOnce(byte[] packet) {
        if (packet.length == 0) {
            return packet;
        }
        int at = random.nextInt(packet.length);
        switch (random.nextInt(7)) {
            case 0 -> packet[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> packet[at] = (byte) random.nextInt(256);
            case 2 -> {
                return Arrays.copyOf(packet, at);
            }
            case 3 -> {
                return Arrays.copyOf(packet, Math.min(packet.length + random.nextInt(64), 4_096));
            }
            case 4 -> {
                byte[] morsel = MORSELS[random.nextInt(MORSELS.length)];
                System.arraycopy(morsel, 0, packet, at, Math.min(morsel.length, packet.length - at));
            }
            case 5 -> {
                int from = random.nextInt(packet.length);
                System.arraycopy(packet.clone(), from, packet, at, packet.length - Math.max(at, from));
            }
            default -> packet[Math.min(packet.length - 1, random.nextInt(16))] = (byte) random.nextInt(256);
        }
        return packet;
    }

    /** Length and checksum put right, so that what is wrong behind them is seen. */
    private static byte[] repaired(byte[] packet) {
        if (packet.length < Segment.HEADER) {
            return packet;
        }
        int length = packet.length - Segment.HEADER;
        packet[12] = (byte) (packet[12] & 0x80 | length >> 8);
        packet[13] = (byte) length;
        return Fixtures.withFletcher(packet);
    }
}
