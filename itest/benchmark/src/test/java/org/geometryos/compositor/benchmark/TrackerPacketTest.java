package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TrackerPacketTest {
    private static final long MICROS = 1_790_000_000_000_042L;

    private static JsonNode payload(ByteBuffer packet) throws Exception {
        return new ObjectMapper()
                .readTree(StandardCharsets.US_ASCII
                        .decode(packet.duplicate().position(TrackerPacket.HEADER))
                        .toString());
    }

    @Test
    void aPacketIsAsLongAsItSaysAndTellsItsSampleTime() throws Exception {
        ByteBuffer packet = TrackerPacket.of(7, MICROS, 65_536 + 3);
        assertThat(packet.getInt(0)).isEqualTo(TrackerPacket.MAGIC);
        assertThat(packet.getShort(12) & 0x7fff).isEqualTo(packet.remaining() - TrackerPacket.HEADER);
        assertThat(packet.getShort(6)).as("sequence").isEqualTo((short) 3);
        JsonNode sample = payload(packet);
        assertThat(sample.path("sourceNumber").asInt()).isEqualTo(7);
        JsonNode time = sample.path("timing").path("sampleTimestamp");
        assertThat(time.path("seconds").asLong() * 1_000_000
                        + time.path("nanoseconds").asLong() / 1000)
                .isEqualTo(MICROS);
    }

    @Test
    void theChecksumFollowsTheContent() {
        assertThat(TrackerPacket.of(1, MICROS, 1).getShort(14))
                .isNotEqualTo(TrackerPacket.of(1, MICROS, 2).getShort(14));
    }
}
