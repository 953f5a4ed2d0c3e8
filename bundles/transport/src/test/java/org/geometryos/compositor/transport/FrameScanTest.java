package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameScanTest {
    private final FrameScan scan = new FrameScan();

    private void take(byte[] bytes, int from, int to) {
        scan.take(ByteBuffer.wrap(bytes), from, to);
    }

    private static byte[] frame(int length) {
        ByteBuffer frame = ByteBuffer.allocate(length + 14).put((byte) 0x81);
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else if (length < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(length);
        }
        frame.putInt(7);
        byte[] bytes = new byte[frame.position() + length];
        frame.rewind().get(bytes, 0, bytes.length - length);
        return bytes;
    }

    @Test
    void wholeFramesLeaveNothingHoweverTheyAreCut() {
        Random random = new Random(3);
        for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536, 70_000}) {
            byte[] bytes = frame(length);
            for (int at = 0; at < bytes.length; ) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 3 : 9_000));
                take(bytes, at, to);
                at = to;
                assertThat(scan.unfinished())
                        .as("%d of %d bytes", at, bytes.length)
                        .isEqualTo(at < bytes.length);
            }
            assertThat(scan.held()).isZero();
        }
    }

    @Test
    void whatHasBegunIsHeldInFullFromTheFirstByteOfItsPayload() {
        byte[] bytes = frame(65_000);
        take(bytes, 0, 8);
        assertThat(scan.held()).as("the header alone").isZero();
        take(bytes, 8, 9);
        assertThat(scan.held()).isEqualTo(65_000);
        take(bytes, 9, bytes.length);
        assertThat(scan.held()).isZero();
    }
}
