package org.geometryos.compositor.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Good messages with a few bytes changed: each is taken or refused, and nothing else happens. */
class MutationTest {
    private static final int MUTATIONS = 120_000;
    private static final byte[][] PIECES = pieces(
            "null",
            "true",
            "{",
            "}",
            "[",
            "]",
            "\"",
            ",",
            ":",
            "1e999",
            "-1",
            "NaN",
            "\\u0000",
            "\\ud800",
            "\"type\":",
            "\"id\":7,",
            "\u00e9",
            "99999999999999999999");

    static List<Codec> codecs() {
        return RoundTripTest.codecs();
    }

    @ParameterizedTest
    @MethodSource("codecs")
    @Timeout(120)
    void aChangedMessageOfAClientIsTakenOrRefused(Codec codec) {
        List<byte[]> good = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            new Samples(seed).client().forEach(m -> good.add(codec.encode(m)));
        }
        int taken = 0;
        Random random = new Random(42);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] changed = change(good, random);
            try {
                ClientMessage message = codec.decodeClient(ByteBuffer.wrap(changed));
                // what was taken can be passed on
                same(codec.decodeClient(ByteBuffer.wrap(codec.encode(message))), message);
                taken++;
            } catch (DecodeException e) {
                BadMessages.fitToBeShown(e);
            }
        }
        assertThat(taken).isBetween(MUTATIONS / 100, MUTATIONS * 9 / 10);
    }

    @ParameterizedTest
    @MethodSource("codecs")
    @Timeout(120)
    void aChangedMessageOfTheServerIsTakenOrRefused(Codec codec) {
        List<byte[]> good = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            new Samples(seed).server().forEach(m -> good.add(codec.encode(m)));
        }
        Random random = new Random(43);
        for (int i = 0; i < MUTATIONS / 4; i++) {
            byte[] changed = change(good, random);
            try {
                ServerMessage message = codec.decodeServer(ByteBuffer.wrap(changed));
                same(codec.decodeServer(ByteBuffer.wrap(codec.encode(message))), message);
            } catch (DecodeException e) {
                BadMessages.fitToBeShown(e);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void eachBeginningOfAMessageIsRefused(Codec codec) {
        for (ClientMessage message : new Samples(3).client()) {
            byte[] whole = codec.encode(message);
            for (int length = 0; length < whole.length; length++) {
                byte[] part = Arrays.copyOf(whole, length);
                assertThat(BadMessages.refusal(codec, part).code()).isEqualTo(ErrorCode.MALFORMED);
            }
        }
    }

    private static void same(Object now, Object before) {
        if (!now.equals(before)) {
            assertThat(now).isEqualTo(before);
        }
    }

    private static byte[] change(List<byte[]> good, Random random) {
        byte[] bytes = good.get(random.nextInt(good.size())).clone();
        for (int n = 1 + random.nextInt(3); n > 0 && bytes.length > 0; n--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes = splice(bytes, at, at + 1, new byte[0]);
                case 3 -> bytes = splice(bytes, at, at, PIECES[random.nextInt(PIECES.length)]);
                case 4 -> bytes = splice(bytes, at, at, new byte[] {(byte) random.nextInt()});
                default -> {
                    byte[] other = good.get(random.nextInt(good.size()));
                    int from = random.nextInt(other.length);
                    int to = Math.min(other.length, from + random.nextInt(12));
                    bytes = splice(
                            bytes, at, Math.min(bytes.length, at + to - from), Arrays.copyOfRange(other, from, to));
                }
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] piece) {
        return TestCbor.join(Arrays.copyOf(bytes, from), piece, Arrays.copyOfRange(bytes, to, bytes.length));
    }

    private static byte[][] pieces(String... pieces) {
        return Arrays.stream(pieces)
                .map(p -> p.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }
}
