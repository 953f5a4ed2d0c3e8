package org.geometryos.compositor.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.mqtt.PacketReader.Publish;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.junit.jupiter.api.Test;

/**
 * Mutated payloads end in updates or in counters, whatever they hold, and mutated packets in exceptions of I/O;
 * afterwards a good message is worth what it always was.
 */
class FuzzTest {
    private static final int PAYLOADS = Integer.getInteger("fuzz.inputs", 1_000_000);
    private static final int PACKETS = PAYLOADS / 5;
    private static final String OWN =
            "{\"time\":5,\"view\":{\"kind\":\"2d\",\"center\":[1,2],\"zoom\":3,\"rotation\":0},\"cut\":true}";
    private static final String OTHER =
            "{\"p\":[1,2,3],\"q\":{\"y\":10,\"p\":20,\"r\":30},\"t\":1700000000123,\"n\":9,\"id\":\"jib\"}";
    private static final List<String> MORSELS =
            List.of("1e999", "-1", "null", "{", "]", "\"", "99999999999999999999", "\u0000", "[[", "true", "/", "..");

    private final long seed = System.nanoTime();
    private final SplittableRandom random = new SplittableRandom(seed);
    private long pushed;

    @Test
    void payloadsOfAnybody() {
        Settings settings = Settings.of(
                Map.of(
                        "url",
                        "mqtt://a",
                        "in",
                        "own -> own; other -> {name} position=/p rotation=/q/y,/q/p,/q/r angle=deg time=/t timeUnit=ms sample=/n "
                                + "name=/id"),
                Codecs.json());
        Counters counters = new Counters();
        Inbound inbound = new Inbound("fuzz", counters);
        inbound.connected(new CameraSink() {
            @Override
            public Outcome push(CameraUpdate update) {
                pushed++;
                return new Outcome.Accepted(OptionalLong.empty());
            }

            @Override
            public Outcome remove(String camera) {
                return new Outcome.Accepted(OptionalLong.empty());
            }
        });
        for (int i = 0; i < PAYLOADS; i++) {
            boolean own = random.nextBoolean();
            byte[] payload = mutated((own ? OWN : OTHER).getBytes(StandardCharsets.UTF_8));
            try {
                inbound.message(message(own ? "own" : "other", payload), random.nextInt(8) == 0, settings);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + new String(payload, StandardCharsets.UTF_8), e);
            }
        }
        inbound.work(settings);
        assertThat(counters.get(Count.RECEIVED)).isEqualTo(PAYLOADS);
        assertThat(pushed
                        + counters.faults()
                        + counters.get(Count.DUPLICATE)
                        + counters.get(Count.OLDER)
                        + counters.get(Count.SUPERSEDED))
                .as("seed " + seed)
                .isEqualTo(PAYLOADS);
        assertThat(pushed).isPositive();
        long before = pushed;
        inbound.message(
                message("own", OWN.replace("5", "4000000000000000").getBytes(StandardCharsets.UTF_8)), false, settings);
        assertThat(pushed).isEqualTo(before + 1);
    }

    @Test
    void packetsOfAnybody() {
        byte[] good = PacketWriter.publish(Version.V5, "own", OWN.getBytes(StandardCharsets.UTF_8), 1, true, 7);
        byte[] answer = {0x20, 8, 0, 0, 5, 0x21, 0, 10, 0x24, 1};
        for (int i = 0; i < PACKETS; i++) {
            byte[] bytes = mutated(i % 2 == 0 ? good : answer);
            PacketReader reader = new PacketReader(new ByteArrayInputStream(bytes), 1024);
            try {
                while (true) {
                    reader.read(i % 3 == 0 ? Version.V311 : Version.V5);
                }
            } catch (IOException e) {
                // its end, or what is no packet
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static Publish message(String topic, byte[] payload) {
        return new Publish(Optional.of(topic), payload, 0, false, false, 0, false);
    }

    private byte[] mutated(byte[] from) {
        byte[] bytes = from.clone();
        for (int i = random.nextInt(4); i > 0; i--) {
            int at = random.nextInt(Math.max(1, bytes.length));
            switch (random.nextInt(4)) {
                case 0 -> {
                    if (bytes.length > 0) {
                        bytes[at] = (byte) random.nextInt(256);
                    }
                }
                case 1 -> bytes = java.util.Arrays.copyOf(bytes, at);
                case 2 -> {
                    byte[] morsel = MORSELS.get(random.nextInt(MORSELS.size())).getBytes(StandardCharsets.UTF_8);
                    byte[] longer = new byte[bytes.length + morsel.length];
                    System.arraycopy(bytes, 0, longer, 0, at);
                    System.arraycopy(morsel, 0, longer, at, morsel.length);
                    System.arraycopy(bytes, at, longer, at + morsel.length, bytes.length - at);
                    bytes = longer;
                }
                default -> {
                    if (bytes.length > 0) {
                        bytes[at] = (byte) ('0' + random.nextInt(10));
                    }
                }
            }
        }
        return bytes;
    }
}
