package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.geometryos.compositor.camera.tracking.Fixtures.FULL;
import static org.geometryos.compositor.camera.tracking.Fixtures.OTHER_SENDER;
import static org.geometryos.compositor.camera.tracking.Fixtures.SENDER;
import static org.geometryos.compositor.camera.tracking.Fixtures.buffer;
import static org.geometryos.compositor.camera.tracking.Fixtures.cbor;
import static org.geometryos.compositor.camera.tracking.Fixtures.hex;
import static org.geometryos.compositor.camera.tracking.Fixtures.isCloseTo;
import static org.geometryos.compositor.camera.tracking.Fixtures.json;
import static org.geometryos.compositor.camera.tracking.Fixtures.openTrackIo;
import static org.geometryos.compositor.camera.tracking.Fixtures.packet;
import static org.geometryos.compositor.camera.tracking.Fixtures.split;
import static org.geometryos.compositor.camera.tracking.Fixtures.utf8;

import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.camera.tracking.Fixtures.TestSink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenTrackIoTrackerTest {
    private static final long SECOND = 1_000_000_000;
    private static final String AT_HOME = "{\"transforms\":[{\"translation\":{\"x\":0}}]}";

    private final Counters counters = new Counters();
    private final Devices<OpenTrackIoSource> cameras = new Devices<>("stage", counters);
    private final OpenTrackIoTracker tracker = new OpenTrackIoTracker(cameras, counters);
    private final TestSink sink = new TestSink();
    private Settings<OpenTrackIoOptions> settings = openTrackIo();
    private long now;
    private int sequence;

    @BeforeEach
    void connect() {
        cameras.connected(sink);
    }

    private void take(byte[] packet, SocketAddress from) {
        tracker.datagram(buffer(packet), from, now, settings);
    }

    private void take(byte[] packet) {
        take(packet, SENDER);
    }

    /** The next sample of a source. */
    private void next(String json) {
        take(json(sequence++, json));
    }

    private static String source(int number, String more) {
        return "{\"sourceNumber\":" + number + "," + more + "\"transforms\":[{\"translation\":{\"x\":0}}]}";
    }

    private void isFull() {
        assertThat(sink.last().camera()).isEqualTo("stage/7");
        isCloseTo(sink.view().position(), 1, 3, -2);
        isCloseTo(sink.view().orientation(), -0.270598, 0.653281, -0.653281, -0.270598);
        assertThat(((Projection.Perspective) sink.view().projection()).yfov()).isCloseTo(0.917231, within(1e-6));
        assertThat(sink.view().focusDistance()).hasValue(4.2);
        assertThat(sink.view().lens())
                .contains(new Lens(
                        OptionalDouble.of(24.305),
                        Optional.of(new Size(36, 24)),
                        Optional.of(List.of(0.1, 0.2, 0.3, 0.4, 0.5))));
        assertThat(sink.last().time()).as("UTC, 37 s behind TAI").hasValue(1_700_000_000_123_456L);
        assertThat(sink.last().sample()).hasValue(4711);
        assertThat(sink.last().timecode()).contains("01:02:03:04");
    }

    @Test
    void aSampleOfJsonDrivesACamera() {
        next(FULL);
        isFull();
    }

    @Test
    void aSampleOfCborDrivesACamera() {
        take(packet(2, 0, 0, true, cbor(FULL)));
        isFull();
    }

    @Test
    void aSampleInSegmentsDrivesACamera() {
        split(1, 65_530, utf8(FULL), 100).forEach(this::take);
        isFull();
        assertThat(counters.get(Count.SAMPLES)).isEqualTo(1);
        assertThat(counters.get(Count.SEGMENTS)).isEqualTo((utf8(FULL).length + 99) / 100);
    }

    @Test
    void aLostSegmentCostsItsSampleAlone() {
        List<byte[]> parts = split(2, 0, cbor(FULL), 200);
        for (int i = 0; i < parts.size(); i++) {
            if (i != 1) {
                take(parts.get(i));
            }
        }
        assertThat(sink.updates).isEmpty();
        split(2, parts.size(), cbor(FULL), 200).forEach(this::take);
        isFull();
        now += SECOND;
        tracker.tick(now);
        assertThat(counters.get(Count.SEGMENTS_DROPPED)).isEqualTo(parts.size() - 1);
    }

    @Test
    void theOffsetToUtcIsConfigured() {
        settings = openTrackIo("utcOffset", "0");
        next(FULL);
        assertThat(sink.last().time()).hasValue(1_700_000_037_123_456L);
    }

    @Test
    void theTimeOfSamplesCanBeLeftOut() {
        settings = openTrackIo("sampleTime", "false");
        next(FULL);
        assertThat(sink.last().time()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 36, 281_474_976_710_655L})
    void aTimeThatCannotBeIsLeftOut(long seconds) {
        next("{\"timing\":{\"sampleTimestamp\":{\"seconds\":" + seconds + ",\"nanoseconds\":0}},\"transforms\":[{}]}");
        assertThat(sink.last().time()).isEmpty();
        assertThat(counters.get(Count.UNTIMED)).isEqualTo(1);
    }

    @Test
    void theFirstPacketMayHaveTheNumberZero() {
        take(hex("4f54726b000100000000000080020bfb7b7d"));
        assertThat(counters.get(Count.INCOMPLETE))
                .as("an empty sample: no pose yet")
                .isEqualTo(1);
        assertThat(counters.get(Count.DUPLICATES)).isZero();
    }

    @Test
    void duplicatesAndOldPacketsAreDropped() {
        take(json(65_534, AT_HOME));
        take(json(65_534, AT_HOME), OTHER_SENDER);
        take(json(2, AT_HOME));
        take(json(65_535, AT_HOME));
        take(json(1, AT_HOME));
        take(json(3, AT_HOME));
        assertThat(counters.get(Count.SAMPLES)).isEqualTo(3);
        assertThat(counters.get(Count.DUPLICATES)).isEqualTo(1);
        assertThat(counters.get(Count.LATE)).isEqualTo(2);
    }

    @Test
    void aSenderThatBeginsAgainIsHeardAfterASecond() {
        take(json(5_000, AT_HOME));
        now += OpenTrackIoSource.QUIET_NANOS;
        take(json(0, AT_HOME));
        assertThat(counters.get(Count.LATE)).isEqualTo(1);
        now++;
        take(json(0, AT_HOME));
        take(json(1, AT_HOME));
        assertThat(counters.get(Count.SAMPLES)).isEqualTo(3);
    }

    @Test
    void sourcesAreToldByIdAndNumberAndNotByAddress() {
        take(json(10, source(1, "")));
        take(json(10, source(2, "")));
        take(json(11, source(1, "")), OTHER_SENDER);
        assertThat(sink.updates).extracting(CameraUpdate::camera).containsExactly("stage/1", "stage/2", "stage/1");
        assertThat(sink.updates).extracting(CameraUpdate::cut).containsOnly(false);
        take(json(12, source(1, "\"sourceId\":\"urn:uuid:a\",")));
        assertThat(counters.get(Count.NAME_TAKEN))
                .as("another source of the same name")
                .isEqualTo(1);
    }

    @Test
    void whatASampleLeavesOutIsAsBefore() {
        next(FULL);
        next("{\"sourceId\":\"urn:uuid:00000000-1111-2222-3333-444444444444\",\"sourceNumber\":7,"
                + "\"lens\":{\"pinholeFocalLength\":12}}");
        isCloseTo(sink.view().position(), 1, 3, -2);
        assertThat(((Projection.Perspective) sink.view().projection()).yfov()).isCloseTo(Math.PI / 2, within(1e-12));
        assertThat(sink.view().focusDistance()).hasValue(4.2);
        assertThat(sink.last().timecode()).as("of one sample alone").isEmpty();
    }

    @Test
    void aCameraIsNamedAfterItsSource() {
        settings = openTrackIo("camera", "{source}/{subject}");
        String id = "\"sourceId\":\"urn:uuid:1-2\",";
        next(source(1, id));
        assertThat(counters.get(Count.UNNAMED)).as("no label yet").isEqualTo(1);
        next(source(1, id + "\"static\":{\"camera\":{\"label\":\"Jib #1\"}},"));
        next(source(1, id));
        assertThat(sink.updates).extracting(CameraUpdate::camera).containsExactly("1-2/Jib--1", "1-2/Jib--1");
    }

    @Test
    void anotherNameTakesTheOldCameraAway() {
        settings = openTrackIo("camera", "{subject}");
        next(source(1, "\"static\":{\"camera\":{\"label\":\"A\"}},"));
        next(source(1, "\"static\":{\"camera\":{\"label\":\"B\"}},"));
        assertThat(sink.removed).containsExactly("A");
        assertThat(sink.last().camera()).isEqualTo("B");
        assertThat(sink.last().cut())
                .as("a new camera has nothing to be smoothed with")
                .isFalse();
    }

    @Test
    void theTransformsAreAChainFromTheStageToTheCamera() {
        next("{\"transforms\":[{\"translation\":{\"x\":10},\"rotation\":{\"pan\":90}},{\"translation\":{\"y\":2},"
                + "\"rotation\":{\"tilt\":90}}]}");
        isCloseTo(sink.view().position(), 8, 0, 0);
        isCloseTo(sink.view().orientation(), 0.5, 0.5, -0.5, 0.5);
    }

    @Test
    void theScaleOfALinkMovesWhatComesBehindIt() {
        next("{\"transforms\":[{\"translation\":{\"x\":1},\"scale\":{\"x\":2,\"y\":3,\"z\":4}},"
                + "{\"translation\":{\"x\":1,\"y\":1,\"z\":1}}]}");
        isCloseTo(sink.view().position(), 3, 4, -3);
    }

    @Test
    void theEyeLiesInTheEntrancePupil() {
        String sample = "{\"lens\":{\"entrancePupilOffset\":0.1},\"transforms\":[{\"rotation\":{\"pan\":90}}]}";
        next(sample);
        isCloseTo(sink.view().position(), -0.1, 0, 0);
        settings = openTrackIo("entrancePupil", "false");
        next(sample);
        isCloseTo(sink.view().position(), 0, 0, 0);
    }

    @Test
    void aFaultyPacketIsCountedAndLeavesNoTrace() {
        next(AT_HOME);
        byte[] broken = json(sequence, FULL);
        broken[20]++;
        take(broken);
        take(packet(0x80, sequence, 0, true, utf8("{}")));
        next("{\"transforms\":[");
        next("{\"transforms\":7}");
        next(source(201, ""));
        for (Count fault : List.of(
                Count.FAULT_CHECKSUM,
                Count.FAULT_ENCODING,
                Count.FAULT_SYNTAX,
                Count.FAULT_VALUE,
                Count.FAULT_SOURCE)) {
            assertThat(counters.get(fault)).as("%s", fault).isEqualTo(1);
        }
        assertThat(sink.updates).hasSize(1);
        assertThat(cameras.cameras()).isEqualTo(1);
    }

    @Test
    void aLensThatGivesNoViewIsNotKeptEither() {
        next("{\"lens\":{\"pinholeFocalLength\":1e-320},"
                + "\"static\":{\"camera\":{\"activeSensorPhysicalDimensions\":{\"width\":36,\"height\":24}}}}");
        assertThat(counters.get(Count.FAULT_VALUE)).isEqualTo(1);
        next(AT_HOME);
        assertThat(sink.view().lens()).isEmpty();
    }

    @Test
    void numbersThatGetOutOfHandAreAFault() {
        String huge = "{\"translation\":{\"x\":1e308},\"scale\":{\"x\":1e308}}";
        next("{\"transforms\":[" + huge + "," + huge + "]}");
        assertThat(counters.get(Count.FAULT_VALUE)).isEqualTo(1);
        assertThat(sink.updates).isEmpty();
    }
}
