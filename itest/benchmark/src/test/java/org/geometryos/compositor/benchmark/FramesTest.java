package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
    private final List<String> got = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 200_000})
    void payloadsOfAnyLengthAreRead(int length) throws Exception {
        String text = "x".repeat(length);
        ByteBuffer in = ByteBuffer.allocate(length + 20);
        server(in, Frames.TEXT, text);
        in.flip();
        assertThat(Frames.next(in, this::note)).isTrue();
        assertThat(got).containsExactly("1:" + text);
        assertThat(in.hasRemaining()).isFalse();
        assertThat(Frames.next(in, this::note)).isFalse();
    }

    @Test
    void framesThatComeTogetherAreReadOneByOne() throws Exception {
        ByteBuffer in = ByteBuffer.allocate(100);
        server(in, Frames.TEXT, "one");
        server(in, Frames.PING, "");
        server(in, Frames.TEXT, "two");
        in.flip();
        while (Frames.next(in, this::note)) {
            // the next one
        }
        assertThat(got).containsExactly("1:one", "9:", "1:two");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 300, 70_000})
    void aFrameIsReadOnlyWhenItIsThereAsAWhole(int length) throws Exception {
        ByteBuffer whole = ByteBuffer.allocate(length + 20);
        server(whole, Frames.TEXT, "y".repeat(length));
        whole.flip();
        for (int part : IntStream.concat(IntStream.range(0, 15), IntStream.of(whole.limit() - 1))
                .filter(n -> n < whole.limit())
                .toArray()) {
            ByteBuffer in = whole.duplicate().limit(part);
            assertThat(Frames.next(in, this::note))
                    .as("%d of %d bytes", part, whole.limit())
                    .isFalse();
            assertThat(in.position()).isZero();
        }
        assertThat(got).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 125, 126, 65_535, 65_536})
    void whatIsWrittenIsMaskedAndComesOutTheSame(int length) {
        byte[] payload = new byte[length];
        for (int i = 0; i < length; i++) {
            payload[i] = (byte) (i * 7);
        }
        ByteBuffer out = ByteBuffer.allocate(length + Frames.HEADER);
        Frames.put(out, Frames.BINARY, ByteBuffer.wrap(payload));
        out.flip();

        assertThat(out.get() & 0xFF).isEqualTo(0x82);
        int second = out.get() & 0xFF;
        assertThat(second & 0x80).as("mask bit").isEqualTo(0x80);
        long told = second & 0x7F;
        if (told == 126) {
            told = out.getShort() & 0xFFFF;
        } else if (told == 127) {
            told = out.getLong();
        }
        assertThat(told).isEqualTo(length);
        byte[] mask = new byte[4];
        out.get(mask);
        byte[] unmasked = new byte[out.remaining()];
        for (int i = 0; i < unmasked.length; i++) {
            unmasked[i] = (byte) (out.get() ^ mask[i % 4]);
        }
        assertThat(unmasked).isEqualTo(payload);
    }

    @Test
    void whatAServerMustNotSendIsRefused() {
        assertThatThrownBy(() -> Frames.next(bytes(0x01, 0x00), this::note))
                .hasMessageContaining("0x01: only whole messages");
        assertThatThrownBy(() -> Frames.next(bytes(0xC1, 0x00), this::note)).hasMessageContaining("0xc1");
        assertThatThrownBy(() -> Frames.next(bytes(0x83, 0x00), this::note)).hasMessageContaining("opcode 3");
        assertThatThrownBy(() -> Frames.next(bytes(0x81, 0x80, 0, 0, 0, 0), this::note))
                .hasMessageContaining("does not mask");
        assertThatThrownBy(() -> Frames.next(bytes(0x89, 0x7E, 0, 126), this::note))
                .hasMessageContaining("control frame of 126 bytes");
        assertThatThrownBy(() -> Frames.next(bytes(0x81, 0x7E, 0x40, 0), this::note))
                .hasMessageContaining("frame of 16384 bytes");
        assertThatThrownBy(() -> Frames.next(bytes(0x81, 0x7F, 0xFF, 0, 0, 0, 0, 0, 0, 0), this::note))
                .hasMessageContaining("frame of -");
    }

    private void note(int opcode, ByteBuffer payload) {
        got.add(opcode + ":" + StandardCharsets.UTF_8.decode(payload));
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    private static void server(ByteBuffer to, int opcode, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        to.put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            to.put((byte) payload.length);
        } else if (payload.length < 0x10000) {
            to.put((byte) 126).putShort((short) payload.length);
        } else {
            to.put((byte) 127).putLong(payload.length);
        }
        to.put(payload);
    }
}
