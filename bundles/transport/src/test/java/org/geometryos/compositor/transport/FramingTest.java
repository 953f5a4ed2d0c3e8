package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramingTest {
    private final ByteBuffer message = ByteBuffer.allocate(Framing.SHORT);

    private static ByteBuffer frame(int first, int mask, byte[] payload) {
        int length = payload.length;
        ByteBuffer bytes = ByteBuffer.allocateDirect(length + 14).put((byte) first);
        if (length < 126) {
            bytes.put((byte) (0x80 | length));
        } else {
            bytes.put((byte) (0x80 | 126)).putShort((short) length);
        }
        bytes.putInt(mask);
        for (int i = 0; i < length; i++) {
            bytes.put((byte) (payload[i] ^ mask >> 24 - 8 * (i % 4)));
        }
        return bytes.flip();
    }

    @Test
    void aShortMessageIsUnmaskedAtAnyLengthUpToTheLongest() {
        Random random = new Random(7);
        for (int length = 0; length <= Framing.SHORT; length++) {
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            ByteBuffer bytes = frame(length % 2 == 0 ? 0x81 : 0x82, random.nextInt(), payload);
            int end = bytes.limit();
            bytes.limit(bytes.capacity());
            assertThat(Framing.shortMessage(bytes, message)).isTrue();
            assertThat(bytes.position()).isEqualTo(end);
            byte[] read = new byte[message.remaining()];
            message.get(read);
            assertThat(read).isEqualTo(payload);
        }
    }

    @Test
    void whatIsNoWholeShortMessageIsLeftWhereItIs() {
        byte[] payload = "a message".getBytes(StandardCharsets.UTF_8);
        ByteBuffer whole = frame(0x81, 0x12345678, payload);
        for (int there = 0; there < whole.limit(); there++) {
            refused("cut after " + there, whole.duplicate().limit(there));
        }
        for (int first = 0; first < 256; first++) {
            if (first != 0x81 && first != 0x82) {
                refused("first byte " + first, frame(first, 1, payload));
            }
        }
        refused("too long", frame(0x81, 1, new byte[Framing.SHORT + 1]));
        refused("not masked", ByteBuffer.allocate(20).put((byte) 0x81).put((byte) 3));
        refused(
                "a length that would fit into less",
                ByteBuffer.allocate(200).put((byte) 0x81).put((byte) 0xfe).putShort((short) 125));
        refused(
                "a length of eight bytes",
                ByteBuffer.allocate(200).put((byte) 0x81).put((byte) 0xff).putLong(5));
        refused(
                "a length beyond 32,767",
                ByteBuffer.allocate(200).put((byte) 0x81).put((byte) 0xfe).putShort((short) 0xffff));
    }

    private void refused(String what, ByteBuffer bytes) {
        bytes.position(0);
        assertThat(Framing.shortMessage(bytes, message)).as(what).isFalse();
        assertThat(bytes.position()).as(what).isZero();
    }

    private static ByteBuffer pong(int first, int second, int mask, long token) {
        return ByteBuffer.allocate(Framing.RECEIPT)
                .put((byte) first)
                .put((byte) second)
                .putInt(mask)
                .putLong(token ^ ((mask & 0xffff_ffffL) << 32 | mask & 0xffff_ffffL))
                .flip();
    }

    @Test
    void aReceiptIsAMaskedPongWithEightBytes() {
        for (int mask : new int[] {0, 1, 0x12345678, 0x80000000, -1, 0x89abcdef}) {
            for (long token : new long[] {1, -1, 123_456_789_012_345L, Long.MIN_VALUE}) {
                ByteBuffer bytes = pong(0x8a, 0x88, mask, token);
                assertThat(Framing.receipt(bytes)).isTrue();
                assertThat(Framing.receiptToken(bytes)).isEqualTo(token);
                assertThat(bytes.remaining()).as("left where it was").isEqualTo(Framing.RECEIPT);
            }
        }
    }

    @Test
    void aReceiptIsFoundWhereTheBufferStands() {
        ByteBuffer two = ByteBuffer.allocate(40)
                .put(new byte[] {1, 2, 3})
                .put(pong(0x8a, 0x88, 77, 9))
                .put(pong(0x8a, 0x88, 78, 10))
                .flip()
                .position(3);
        assertThat(Framing.receiptToken(two)).isEqualTo(9);
        two.position(3 + Framing.RECEIPT);
        assertThat(Framing.receipt(two)).isTrue();
        assertThat(Framing.receiptToken(two)).isEqualTo(10);
    }

    @Test
    void nothingElseIsAReceipt() {
        assertThat(Framing.receipt(pong(0x8a, 0x88, 5, 5).limit(13)))
                .as("cut short")
                .isFalse();
        assertThat(Framing.receipt(pong(0x8a, 0x08, 5, 5))).as("unmasked").isFalse();
        assertThat(Framing.receipt(pong(0x8a, 0x87, 5, 5)))
                .as("of another length")
                .isFalse();
        assertThat(Framing.receipt(pong(0x82, 0x88, 5, 5))).as("a message").isFalse();
        assertThat(Framing.receipt(pong(0x89, 0x88, 5, 5))).as("a ping").isFalse();
        assertThat(Framing.receipt(pong(0xca, 0x88, 5, 5)))
                .as("with an extension's bit")
                .isFalse();
    }
}
