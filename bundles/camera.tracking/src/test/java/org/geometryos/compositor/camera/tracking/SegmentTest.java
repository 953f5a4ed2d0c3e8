package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.camera.tracking.Fixtures.buffer;
import static org.geometryos.compositor.camera.tracking.Fixtures.hex;
import static org.geometryos.compositor.camera.tracking.Fixtures.packet;
import static org.geometryos.compositor.camera.tracking.Fixtures.utf8;
import static org.geometryos.compositor.camera.tracking.Fixtures.withFletcher;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.geometryos.compositor.tracking.Decoded;
import org.geometryos.compositor.tracking.Fault;
import org.geometryos.compositor.tracking.Segment;
import org.geometryos.compositor.tracking.Segment.Encoding;
import org.junit.jupiter.api.Test;

class SegmentTest {
    private static final String JSON = "4f54726b000100000000000080020bfb7b7d";
    private static final String CBOR = "4f54726b0002000700000000800175aaa0";

    private static Decoded decode(byte[] packet) {
        return Segment.decode(buffer(packet));
    }

    @Test
    void theGoldenPacketsAreRead() {
        assertThat(decode(hex(JSON))).isEqualTo(new Segment(Encoding.JSON, 0, 0, true, 0x0bfb, buffer(utf8("{}"))));
        assertThat(decode(hex(CBOR))).isEqualTo(new Segment(Encoding.CBOR, 7, 0, true, 0x75aa, buffer(hex("a0"))));
    }

    @Test
    void theGoldenPacketsAreThoseThatTheTestsWouldSend() {
        assertThat(packet(1, 0, 0, true, utf8("{}"))).isEqualTo(hex(JSON));
        assertThat(packet(2, 7, 0, true, hex("a0"))).isEqualTo(hex(CBOR));
    }

    @Test
    void theHeaderOfALongerSampleIsRead() {
        // its payload is not at hand: one of the same length, with its own checksum
        byte[] bytes = Arrays.copyOf(hex("4f54726b0001000100000000834bfd33"), 16 + 843);
        assertThat(decode(bytes)).isEqualTo(Fault.CHECKSUM);
        Segment segment = (Segment) decode(withFletcher(bytes));
        assertThat(segment.encoding()).isEqualTo(Encoding.JSON);
        assertThat(segment.sequence()).isEqualTo(1);
        assertThat(segment.whole()).isTrue();
        assertThat(segment.length()).isEqualTo(843);
    }

    @Test
    void theReservedByteIsIgnored() {
        byte[] bytes = hex(JSON);
        bytes[4] = (byte) 0xff;
        assertThat(decode(withFletcher(bytes))).isInstanceOf(Segment.class);
    }

    @Test
    void aBrokenPacketIsAFault() {
        assertThat(decode(new byte[0])).isEqualTo(Fault.LENGTH);
        assertThat(decode(Arrays.copyOf(hex(JSON), 15))).isEqualTo(Fault.LENGTH);
        assertThat(decode(Arrays.copyOf(hex(JSON), 17))).isEqualTo(Fault.LENGTH);
        assertThat(decode(Arrays.copyOf(hex(JSON), 19))).isEqualTo(Fault.LENGTH);
        assertThat(decode(hex("4f54724b000100000000000080020bfb7b7d"))).isEqualTo(Fault.TYPE);
        assertThat(decode(hex("4f54726b000100000000000080020bfb7b7e"))).isEqualTo(Fault.CHECKSUM);
        assertThat(decode(hex("4f54726b000100000000000080020bfa7b7d"))).isEqualTo(Fault.CHECKSUM);
    }

    @Test
    void onlyJsonAndCborAreTaken() {
        for (int encoding : new int[] {0, 3, 0x80, 0xff}) {
            assertThat(decode(packet(encoding, 0, 0, true, utf8("{}"))))
                    .as("encoding %d", encoding)
                    .isEqualTo(Fault.ENCODING);
        }
    }

    @Test
    void anEmptyPartOrOneFarOutIsAFault() {
        assertThat(decode(packet(1, 0, 0, true, new byte[0]))).isEqualTo(Fault.SEGMENT);
        assertThat(decode(packet(1, 0, Segment.MAX_SAMPLE, true, new byte[1]))).isEqualTo(Fault.SEGMENT);
        assertThat(decode(packet(1, 0, -1, true, new byte[1]))).isEqualTo(Fault.SEGMENT);
        assertThat(decode(packet(1, 0, Segment.MAX_SAMPLE - 1, true, new byte[1])))
                .isInstanceOf(Segment.class);
    }

    @Test
    void theLongestPayloadThatTheHeaderCanSayIsTaken() {
        assertThat(decode(packet(1, 65_535, 0, false, new byte[32_767]))).isInstanceOf(Segment.class);
    }

    @Property
    void whatIsSentIsRead(
            @ForAll @IntRange(min = 0, max = 65_535) int sequence,
            @ForAll @IntRange(min = 0, max = 100_000) int offset,
            @ForAll boolean last,
            @ForAll @Size(min = 1, max = 300) byte[] payload) {
        byte[] bytes = packet(2, sequence, offset, last, payload);
        Segment segment =
                (Segment) Segment.decode(ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 9), 0, bytes.length));
        assertThat(segment)
                .isEqualTo(new Segment(Encoding.CBOR, sequence, offset, last, segment.checksum(), buffer(payload)));
    }

    @Property
    void aSingleChangedByteOfThePayloadIsFound(
            @ForAll @Size(min = 1, max = 300) byte[] payload,
            @ForAll @IntRange(min = 0, max = 299) int place,
            @ForAll @IntRange(min = 1, max = 255) int change) {
        byte[] bytes = packet(1, 1, 0, true, payload);
        bytes[16 + place % payload.length] ^= (byte) change;
        assertThat(decode(bytes)).isEqualTo(Fault.CHECKSUM);
    }
}
