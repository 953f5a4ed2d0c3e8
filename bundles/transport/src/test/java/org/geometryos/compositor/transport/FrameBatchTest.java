package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameBatchTest {
    private static final byte[] LONG = new byte[100_000];

    private final FrameBatch batch = new FrameBatch(() -> true, () -> null);

    static {
        for (int i = 0; i < LONG.length; i++) {
            LONG[i] = (byte) i;
        }
    }

    private FrameBatch filled() {
        return batch.clear().add(new byte[] {1, 2, 3}, true).add(LONG, true).add(new byte[] {4}, true);
    }

    private static byte[] bytes(Stream<ByteBuffer> buffers) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        buffers.forEach(buffer -> {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            all.writeBytes(bytes);
        });
        return all.toByteArray();
    }

    /** All of it, part by part. */
    private byte[] whole() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < batch.parts(); i++) {
            all.writeBytes(bytes(Stream.of(batch.part(i))));
        }
        return all.toByteArray();
    }

    @Test
    void whoLooksGetsEachMessageAndNoPing() {
        List<String> seen = new ArrayList<>();
        batch.clear()
                .add(new byte[] {1, 2, 3}, true)
                .ping()
                .add(new byte[200], false)
                .add(LONG, true)
                .add(new byte[15_000], true)
                .add(new byte[0], false)
                .forEach((payload, text) -> seen.add(text + " " + payload.remaining() + " " + payload.hashCode()));
        assertThat(seen)
                .containsExactly(
                        "true 3 " + ByteBuffer.wrap(new byte[] {1, 2, 3}).hashCode(),
                        "false 200 " + ByteBuffer.wrap(new byte[200]).hashCode(),
                        "true 100000 " + ByteBuffer.wrap(LONG).hashCode(),
                        "true 15000 " + ByteBuffer.wrap(new byte[15_000]).hashCode(),
                        "false 0 " + ByteBuffer.wrap(new byte[0]).hashCode());
    }

    @Test
    void partsFollowOneAnotherAsTheyWereAdded() {
        byte[] whole = filled().size() == 0 ? null : whole();
        assertThat(whole)
                .hasSize(batch.size())
                .startsWith(0x81, 3, 1, 2, 3, 0x81, 127)
                .endsWith(0x81, 1, 4);
    }

    /** A batch grows between one link and the next, as by a ping. */
    @Test
    void whatWasAddedAfterALinkKeptTheRestIsInTheRestOfTheNext() {
        batch.clear().add(new byte[] {1, 2, 3}, true);
        byte[] first = whole();
        assertThat(bytes(Stream.of(batch.rest(0, 0).buffers()))).isEqualTo(first);
        batch.add(new byte[] {4, 5}, true).ping();
        byte[] second = whole();
        assertThat(second).hasSizeGreaterThan(first.length);
        assertThat(bytes(Stream.of(batch.rest(0, 0).buffers()))).isEqualTo(second);
    }

    @Test
    void theRestOfALongMessageIsTheArrayItselfForEveryLink() {
        filled();
        byte[] whole = whole();
        for (int position : new int[] {0, 1, 50_000, LONG.length}) {
            FrameBatch.Rest rest = batch.rest(1, position);
            assertThat(bytes(Stream.of(rest.buffers())))
                    .isEqualTo(java.util.Arrays.copyOfRange(whole, 15 + position, whole.length));
        }
        FrameBatch.Rest one = batch.rest(0, 2);
        FrameBatch.Rest other = batch.rest(0, 9);
        assertThat(one.arrays().length).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(one.arrays()[i]).isSameAs(other.arrays()[i]);
        }
        assertThat(one.arrays()[1]).isSameAs(LONG);
    }

    @Test
    void whatManyHoldCountsOnce() {
        Unsent unsent = new Unsent();
        byte[][] arrays = filled().rest(0, 0).arrays();
        unsent.hold(arrays);
        long once = unsent.bytes();
        unsent.hold(arrays);
        assertThat(unsent.bytes()).isEqualTo(once).isGreaterThan(LONG.length);
        unsent.release(arrays);
        assertThat(unsent.bytes()).isEqualTo(once);
        unsent.release(arrays);
        assertThat(unsent.bytes()).isZero();
    }
}
