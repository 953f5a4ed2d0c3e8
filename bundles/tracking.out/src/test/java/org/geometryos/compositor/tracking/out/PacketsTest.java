package org.geometryos.compositor.tracking.out;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.geometryos.compositor.tracking.out.Fixtures.freeD;
import static org.geometryos.compositor.tracking.out.Fixtures.moment;
import static org.geometryos.compositor.tracking.out.Fixtures.openTrackIo;
import static org.geometryos.compositor.tracking.out.Fixtures.pose;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.geometryos.compositor.api.coordinates.FreeDPose;
import org.geometryos.compositor.api.coordinates.OpenTrackIoPose;
import org.geometryos.compositor.api.coordinates.Pose;
import org.geometryos.compositor.api.coordinates.Rotations;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
import org.geometryos.compositor.tracking.FreeDSample;
import org.geometryos.compositor.tracking.Segment;
import org.junit.jupiter.api.Test;

/** What is laid out, against what others have computed and against a reading of the layouts of its own. */
class PacketsTest {
    private static final Pose SOMEWHERE = new FreeDPose(1000, -2000, 1500, 10, -5, 2.5).toGltf();

    private static byte[] packet(Packets packets, Moment moment, Settings settings, long nanos) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Packets.MAX);
        packets.write(moment, settings, nanos, buffer);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void freeDIsAsComputedByOthers() {
        ByteBuffer into = ByteBuffer.allocate(29);
        boolean cut =
                new FreeDSample(1, new FreeDPose(1000, -2000, 1500, 10, -5, 2.5), 0x12345, 0xabc, 0x1118).encode(into);
        assertThat(cut).isFalse();
        assertThat(into.array()).isEqualTo(bytes("d101050000fd800001400000fa00fe0c00017700012345000abc1118d7"));
    }

    @Test
    void anAngleBelowZeroKeepsItsSign() {
        ByteBuffer into = ByteBuffer.allocate(29);
        new FreeDSample(1, new FreeDPose(0, 0, 0, -1 / 32768.0, 0, 0), 0, 0, 0).encode(into);
        assertThat(into.array()).isEqualTo(bytes("d101ffffff000000000000000000000000000000000000000000000071"));
    }

    @Test
    void headersOfOpenTrackIoAreAsComputedByOthers() {
        ByteBuffer json = ByteBuffer.allocate(18).position(16).put(bytes("7b7d"));
        Segment.header(json, Segment.Encoding.JSON, 0);
        assertThat(json.array()).isEqualTo(bytes("4f54726b000100000000000080020bfb7b7d"));
        ByteBuffer cbor = ByteBuffer.allocate(17).position(16).put(bytes("a0"));
        Segment.header(cbor, Segment.Encoding.CBOR, 7);
        assertThat(cbor.array()).isEqualTo(bytes("4f54726b0002000700000000800175aaa0"));
    }

    @Test
    void freeDComesBackToItsResolution() throws IOException {
        Random random = new Random(17);
        Settings settings = freeD("id", 9);
        for (int i = 0; i < 10_000; i++) {
            Pose pose = pose(random);
            SecondReading.D1 read = SecondReading.d1(packet(new FreeDPackets(), moment(pose, 1), settings, 0));
            assertThat(read.id()).isEqualTo(9);
            same(new FreeDPose(read.x(), read.y(), read.z(), read.pan(), read.tilt(), read.roll()).toGltf(), pose);
        }
    }

    /** Half a step of each value: 1/128 mm on each axis, 1/65536 degree about each. */
    private static void same(Pose found, Pose sent) {
        assertThat(distance(found.position(), sent.position())).isLessThan(Math.sqrt(3) / 128 / 1000 + 1e-9);
        assertThat(Math.toDegrees(Rotations.angle(found.orientation(), sent.orientation())))
                .isLessThan(3.0 / 65536 + 1e-6);
    }

    private static double distance(Vector3 a, Vector3 b) {
        return Math.sqrt(Math.pow(a.x() - b.x(), 2) + Math.pow(a.y() - b.y(), 2) + Math.pow(a.z() - b.z(), 2));
    }

    @Test
    void whatFreeDCannotSayIsCutAndTold() {
        ByteBuffer into = ByteBuffer.allocate(Packets.MAX);
        Moment far = moment(new Pose(new Vector3(200, 0, 0), Quaternion.IDENTITY), 1);
        assertThat(new FreeDPackets().write(far, freeD(), 0, into)).isTrue();
        assertThat(SecondReading.d1(Arrays.copyOf(into.array(), 29)).x()).isCloseTo(131_072, within(0.1));
    }

    @Test
    void encodersReadWhatTheCurvesSay() throws IOException {
        Settings degrees = freeD("zoom", "0=60 10000=20", "focus", "0=1 1000=5");
        SecondReading.D1 read =
                SecondReading.d1(packet(new FreeDPackets(), moment(SOMEWHERE, Math.toRadians(40)), degrees, 0));
        assertThat(read.zoom()).isEqualTo(5000);
        assertThat(read.focus()).isEqualTo(500);
        Settings millimetres = freeD("zoom", "*: 0=10mm 9000=100mm", "sensor", "32x18");
        double yfov = 2 * Math.atan(18 / 2.0 / 55);
        assertThat(SecondReading.d1(packet(new FreeDPackets(), moment(SOMEWHERE, yfov), millimetres, 0))
                        .zoom())
                .isEqualTo(4500);
        assertThat(SecondReading.d1(packet(new FreeDPackets(), moment(SOMEWHERE, 1), freeD(), 0))
                        .zoom())
                .isZero();
    }

    @Test
    void openTrackIoComesBackInBothEncodings() throws IOException {
        Random random = new Random(17);
        for (String encoding : new String[] {"json", "cbor"}) {
            Settings settings = openTrackIo("encoding", encoding, "sourceNumber", 7);
            OpenTrackIoPackets packets = new OpenTrackIoPackets(65_535);
            for (int i = 0; i < 2_000; i++) {
                Pose pose = pose(random);
                double yfov = random.nextDouble(0.1, 2);
                SecondReading.OTrk read =
                        SecondReading.oTrk(packet(packets, moment(pose, yfov), settings, i * 1_000_000L));
                assertThat(read.sequence()).isEqualTo(65_535 + i & 0xffff);
                assertThat(read.number("sourceNumber")).isEqualTo(7);
                String at = "transforms/0/translation/";
                String turn = "transforms/0/rotation/";
                Pose found = new OpenTrackIoPose(
                                read.number(at + "x"),
                                read.number(at + "y"),
                                read.number(at + "z"),
                                read.number(turn + "pan"),
                                read.number(turn + "tilt"),
                                read.number(turn + "roll"))
                        .toGltf();
                assertThat(distance(found.position(), pose.position())).isLessThan(1e-9);
                assertThat(Rotations.angle(found.orientation(), pose.orientation()))
                        .isLessThan(1e-6);
                assertThat(2 * Math.atan(20.25 / 2 / read.number("lens/pinholeFocalLength")))
                        .isCloseTo(yfov, within(1e-9));
            }
        }
    }

    @Test
    void theStaticPartComesFirstAndEveryTwoSeconds() throws IOException {
        OpenTrackIoPackets packets = new OpenTrackIoPackets(0);
        StringBuilder seen = new StringBuilder();
        for (int tenth = 0; tenth <= 45; tenth++) {
            SecondReading.OTrk read =
                    SecondReading.oTrk(packet(packets, moment(SOMEWHERE, 1), openTrackIo(), tenth * 100_000_000L));
            if (read.at("static") != null) {
                seen.append(tenth).append(' ');
                assertThat(read.at("static/camera/label")).isEqualTo("stage");
                assertThat(read.number("static/camera/activeSensorPhysicalDimensions/height"))
                        .isEqualTo(20.25);
            }
        }
        assertThat(seen.toString()).isEqualTo("0 20 40 ");
    }

    @Test
    void timeAndTimecodeAreOfTheSample() throws IOException {
        SecondReading.OTrk read = SecondReading.oTrk(
                packet(new OpenTrackIoPackets(0), moment(SOMEWHERE, 1), openTrackIo("timecodeRate", "29.97"), 0));
        assertThat(read.number("timing/sampleTimestamp/seconds")).isEqualTo(1_700_000_037);
        assertThat(read.number("timing/timecode/frames")).isEqualTo(4);
        assertThat(read.number("timing/timecode/format/frameRate/num")).isEqualTo(30_000);
        SecondReading.OTrk clock = SecondReading.oTrk(
                packet(new OpenTrackIoPackets(0), moment(SOMEWHERE, 1), openTrackIo("timecode", "clock"), 0));
        // 1700000000 is 22:13:20 UTC
        assertThat(clock.number("timing/timecode/hours")).isEqualTo(22);
        assertThat(clock.number("timing/timecode/minutes")).isEqualTo(13);
        assertThat(clock.number("timing/timecode/seconds")).isEqualTo(20);
        assertThat(SecondReading.oTrk(packet(
                                new OpenTrackIoPackets(0), moment(SOMEWHERE, 1), openTrackIo("timecode", "none"), 0))
                        .at("timing/timecode"))
                .isNull();
    }

    @Test
    void aReceiverWithTheSameTextsGetsThePoseBack() throws IOException {
        Settings settings = freeD("offsetPosition", "1,2,3", "offsetRotation", "90,0,0", "axes", "-y,x,z");
        Pose pose = new Pose(new Vector3(4, 5, 6), Quaternion.IDENTITY);
        SecondReading.D1 read = SecondReading.d1(packet(new FreeDPackets(), moment(pose, 1), settings, 0));
        // the receiver takes right = -y, ahead = x, up = z, and sets that into the offset
        Pose inner = new FreeDPose(-read.y(), read.x(), read.z(), read.pan(), read.tilt(), read.roll()).toGltf();
        Pose offset = new Pose(new Vector3(1, 2, 3), Rotations.aboutY(Math.PI / 2));
        same(offset.then(inner), pose);
    }
}
