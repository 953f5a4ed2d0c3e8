package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;

/** What the tests share. */
final class Fixtures {
    static final Outcome ACCEPTED = new Outcome.Accepted(OptionalLong.of(1));
    static final Outcome HELD = new Outcome.Refused(Outcome.Reason.HELD, "held by wall");
    static final SocketAddress SENDER = new InetSocketAddress("127.0.0.1", 5000);
    static final SocketAddress OTHER_SENDER = new InetSocketAddress("127.0.0.1", 5001);
    /** With every field that the bridge reads, and some that it does not. */
    static final String FULL = """
            {"sourceId":"urn:uuid:00000000-1111-2222-3333-444444444444","sourceNumber":7,"sampleId":"urn:uuid:1",
             "protocol":{"name":"OpenTrackIO","version":[1,0,1]},
             "static":{"camera":{"label":"Jib 1","activeSensorPhysicalDimensions":{"width":36.0,"height":24.0},"isoSpeed":800},"lens":{"make":"x"}},
             "timing":{"mode":"internal","sampleTimestamp":{"seconds":1700000037,"nanoseconds":123456789},"sequenceNumber":4711,
              "timecode":{"hours":1,"minutes":2,"seconds":3,"frames":4,"frameRate":{"num":25,"denom":1}}},
             "lens":{"pinholeFocalLength":24.305,"focusDistance":4.2,"entrancePupilOffset":0,"fStop":4.0,
              "distortion":[{"model":"Brown-Conrady U-D","radial":[0.1,0.2,0.3],"tangential":[0.4,0.5]},{"radial":[9]}]},
             "custom":{"a":[1,{"b":null}]},
             "transforms":[{"translation":{"x":1.0,"y":2.0,"z":3.0},"rotation":{"pan":180.0,"tilt":90.0,"roll":45.0},"id":"Camera"}]}""";

    private Fixtures() {}

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The same as CBOR. */
    static byte[] cbor(String json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonParser parser = new JsonFactory().createParser(json);
                JsonGenerator generator = new CBORFactory().createGenerator(out)) {
            parser.nextToken();
            generator.copyCurrentStructure(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** A packet with a checksum that is right. */
    static byte[] packet(int encoding, int sequence, int offset, boolean last, byte[] payload) {
        ByteBuffer packet = ByteBuffer.allocate(16 + payload.length);
        packet.put(utf8("OTrk"))
                .put((byte) 0)
                .put((byte) encoding)
                .putShort((short) sequence)
                .putInt(offset)
                .putShort((short) (payload.length | (last ? 0x8000 : 0)))
                .putShort((short) 0)
                .put(payload);
        return withFletcher(packet.array());
    }

    static byte[] json(int sequence, String payload) {
        return packet(1, sequence, 0, true, utf8(payload));
    }

    static byte[] withFletcher(byte[] packet) {
        int a = 0;
        int b = 0;
        for (int i = 0; i < packet.length; i++) {
            if (i != 14 && i != 15) {
                a = (a + (packet[i] & 0xff)) % 256;
                b = (b + a) % 256;
            }
        }
        packet[14] = (byte) b;
        packet[15] = (byte) a;
        return packet;
    }

    static byte[] withFreeDChecksum(byte[] packet) {
        int sum = 0x40;
        for (int i = 0; i < 28; i++) {
            sum -= packet[i] & 0xff;
        }
        packet[28] = (byte) sum;
        return packet;
    }

    /** A FreeD packet; position in 1/64 mm, angles in 1/32768 degrees. */
    static byte[] freeD(int id, int pan, int tilt, int roll, int x, int y, int z, int zoom) {
        ByteBuffer packet = ByteBuffer.allocate(29).put((byte) 0xd1).put((byte) id);
        for (int value : new int[] {pan, tilt, roll, x, y, z, zoom, 0}) {
            packet.put((byte) (value >> 16)).putShort((short) value);
        }
        return withFreeDChecksum(packet.array());
    }

    /** A sample in parts of at most so many bytes. */
    static List<byte[]> split(int encoding, int sequence, byte[] payload, int most) {
        List<byte[]> packets = new ArrayList<>();
        for (int offset = 0; offset < payload.length; offset += most) {
            int end = Math.min(payload.length, offset + most);
            packets.add(packet(
                    encoding,
                    sequence++ & 0xffff,
                    offset,
                    end == payload.length,
                    Arrays.copyOfRange(payload, offset, end)));
        }
        return packets;
    }

    static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> properties = new HashMap<>(Map.of("service.pid", "x~stage"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    static Settings<OpenTrackIoOptions> openTrackIo(Object... keysAndValues) {
        return Settings.of(map(keysAndValues), OpenTrackIoOptions.FORMAT);
    }

    static Settings<FreeDOptions> freeD(Object... keysAndValues) {
        return Settings.of(map(keysAndValues), FreeDOptions.FORMAT);
    }

    /** Takes all, unless told otherwise. */
    static final class TestSink implements CameraSink {
        final List<CameraUpdate> updates = new CopyOnWriteArrayList<>();
        final List<String> removed = new CopyOnWriteArrayList<>();
        final List<String> renewed = new CopyOnWriteArrayList<>();
        volatile Outcome outcome = ACCEPTED;

        @Override
        public Outcome push(CameraUpdate update) {
            updates.add(update);
            return outcome;
        }

        @Override
        public Outcome remove(String camera) {
            removed.add(camera);
            return ACCEPTED;
        }

        @Override
        public boolean renew(String camera) {
            return renewed.add(camera);
        }

        CameraUpdate last() {
            return updates.get(updates.size() - 1);
        }

        View3d view() {
            return (View3d) last().view();
        }
    }

    static void isCloseTo(Quaternion found, double x, double y, double z, double w) {
        double off = Math.max(
                Math.max(Math.abs(found.x() - x), Math.abs(found.y() - y)),
                Math.max(Math.abs(found.z() - z), Math.abs(found.w() - w)));
        assertThat(off).as("%s", found).isLessThan(1e-6);
    }

    static void isCloseTo(Vector3 found, double x, double y, double z) {
        assertThat(Math.max(Math.max(Math.abs(found.x() - x), Math.abs(found.y() - y)), Math.abs(found.z() - z)))
                .as("%s", found)
                .isLessThan(1e-9);
    }

    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("waited 60 s in vain for " + what)
                    .isNegative();
            Thread.onSpinWait();
            Thread.yield();
        }
    }
}
