package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class FramingTest {
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
