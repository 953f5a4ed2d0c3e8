package org.geometryos.compositor.camera.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.geometryos.compositor.camera.tracking.Fixtures.OTHER_SENDER;
import static org.geometryos.compositor.camera.tracking.Fixtures.SENDER;
import static org.geometryos.compositor.camera.tracking.Fixtures.buffer;
import static org.geometryos.compositor.camera.tracking.Fixtures.packet;
import static org.geometryos.compositor.camera.tracking.Fixtures.split;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.geometryos.compositor.tracking.Segment;
import org.junit.jupiter.api.Test;

class ReassemblyTest {
    private final Counters counters = new Counters();
    private final Reassembly reassembly = new Reassembly(counters);

    private Optional<Reassembly.Whole> add(byte[] packet, SocketAddress from, long now) {
        return reassembly.add((Segment) Segment.decode(buffer(packet)), from, now);
    }

    private Optional<Reassembly.Whole> add(byte[] packet) {
        return add(packet, SENDER, 0);
    }

    private static byte[] payload(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Property
    void partsInAnyOrderBecomeTheSample(
            @ForAll @Size(min = 2, max = 400) byte[] payload,
            @ForAll @IntRange(min = 1, max = 399) int most,
            @ForAll @IntRange(min = 0, max = 65_535) int sequence,
            @ForAll Random random) {
        Reassembly fresh = new Reassembly(new Counters());
        List<byte[]> parts = split(1, sequence, payload, Math.min(most, payload.length - 1));
        int last = sequence + parts.size() - 1 & 0xffff;
        Collections.shuffle(parts, random);
        for (int i = 0; i < parts.size(); i++) {
            Optional<Reassembly.Whole> whole = fresh.add((Segment) Segment.decode(buffer(parts.get(i))), SENDER, 0);
            assertThat(whole.isPresent()).isEqualTo(i == parts.size() - 1);
            whole.ifPresent(found ->
                    assertThat(found).isEqualTo(new Reassembly.Whole(Segment.Encoding.JSON, last, buffer(payload))));
        }
        assertThat(fresh.waiting()).isZero();
        assertThat(fresh.bytes()).isZero();
    }

    /** Some senders never use the number 0 behind the last one. */
    @Property
    void numbersMaySkipZeroWhereTheyBeginAnew(
            @ForAll @Size(min = 2, max = 400) byte[] payload,
            @ForAll @IntRange(min = 40, max = 399) int most,
            @ForAll @IntRange(min = 65_526, max = 65_535) int first,
            @ForAll Random random) {
        Reassembly fresh = new Reassembly(new Counters());
        List<byte[]> parts = new ArrayList<>();
        int sequence = first;
        int length = Math.min(most, payload.length - 1);
        for (int at = 0; at < payload.length; at += length) {
            int here = Math.min(length, payload.length - at);
            parts.add(packet(1, sequence, at, at + here == payload.length, Arrays.copyOfRange(payload, at, at + here)));
            sequence = sequence == 65_535 ? 1 : sequence + 1;
        }
        Collections.shuffle(parts, random);
        for (int i = 0; i < parts.size(); i++) {
            Optional<Reassembly.Whole> whole = fresh.add((Segment) Segment.decode(buffer(parts.get(i))), SENDER, 0);
            assertThat(whole.isPresent()).isEqualTo(i == parts.size() - 1);
            whole.ifPresent(found -> assertThat(found.payload()).isEqualTo(buffer(payload)));
        }
        assertThat(fresh.waiting()).isZero();
    }

    @Test
    void senderAreKeptApart() {
        List<byte[]> here = split(1, 10, payload(100, 1), 60);
        List<byte[]> there = split(1, 10, payload(100, 2), 60);
        add(here.get(0), SENDER, 0);
        add(there.get(0), OTHER_SENDER, 0);
        assertThat(add(there.get(1), OTHER_SENDER, 0).orElseThrow().payload()).isEqualTo(buffer(payload(100, 2)));
        assertThat(add(here.get(1), SENDER, 0).orElseThrow().payload()).isEqualTo(buffer(payload(100, 1)));
    }

    @Test
    void partsOfDifferentSamplesDoNotBecomeOne() {
        List<byte[]> one = split(1, 10, payload(120, 1), 60);
        add(one.get(0));
        assertThat(add(packet(2, 11, 60, true, payload(60, 2))))
                .as("another encoding")
                .isEmpty();
        assertThat(add(packet(1, 12, 60, true, payload(60, 2))))
                .as("a hole in the numbers")
                .isEmpty();
        assertThat(add(packet(1, 9, 0, false, payload(60, 2))))
                .as("another beginning")
                .isEmpty();
        assertThat(add(packet(1, 11, 61, true, payload(60, 2))))
                .as("a hole in the bytes")
                .isEmpty();
        assertThat(add(one.get(1))).isPresent();
    }

    @Test
    void aSampleWithALostPartIsDroppedInTime() {
        List<byte[]> parts = split(1, 10, payload(180, 1), 60);
        add(parts.get(0), SENDER, 0);
        add(parts.get(2), SENDER, 1_000);
        reassembly.expire(Reassembly.MAX_NANOS);
        assertThat(reassembly.waiting()).isEqualTo(2);
        reassembly.expire(Reassembly.MAX_NANOS + 1);
        assertThat(reassembly.waiting()).isEqualTo(1);
        reassembly.expire(Reassembly.MAX_NANOS + 1_001);
        assertThat(reassembly.bytes()).isZero();
        assertThat(counters.get(Count.SEGMENTS_DROPPED)).isEqualTo(2);
        assertThat(add(parts.get(1), SENDER, Reassembly.MAX_NANOS + 1_002)).isEmpty();
    }

    @Test
    void aRepeatedPartCountsAsDuplicate() {
        List<byte[]> parts = split(1, 10, payload(100, 1), 60);
        add(parts.get(0));
        assertThat(add(parts.get(0))).isEmpty();
        assertThat(counters.get(Count.DUPLICATES)).isEqualTo(1);
        assertThat(add(parts.get(1))).isPresent();
    }

    @Test
    void aSampleWhosePartsComeTwiceEachIsPutTogetherOnce() {
        List<byte[]> parts = split(1, 10, payload(180, 1), 60);
        int whole = 0;
        for (byte[] part : parts) {
            whole += add(part).isPresent() ? 1 : 0;
            whole += add(part).isPresent() ? 1 : 0;
        }
        assertThat(whole).isEqualTo(1);
        assertThat(counters.get(Count.DUPLICATES)).isEqualTo(3);
        assertThat(reassembly.waiting()).isZero();
        parts.forEach(part -> add(part, SENDER, Reassembly.MAX_NANOS + 1));
        assertThat(reassembly.waiting()).as("the same sample later is another").isZero();
    }

    @Test
    void aPartWithTheNumberOfAnotherTakesItsPlace() {
        add(split(1, 10, payload(100, 1), 60).get(0));
        List<byte[]> later = split(1, 10, payload(100, 2), 60);
        add(later.get(0));
        assertThat(counters.get(Count.SEGMENTS_DROPPED)).isEqualTo(1);
        assertThat(add(later.get(1)).orElseThrow().payload()).isEqualTo(buffer(payload(100, 2)));
    }

    @Test
    void whatWaitsIsBoundedInNumber() {
        for (int i = 0; i < 2 * Reassembly.MAX_SEGMENTS; i++) {
            add(packet(1, i * 2, 0, false, new byte[1]));
            assertThat(reassembly.waiting()).isEqualTo(Math.min(i + 1, Reassembly.MAX_SEGMENTS));
        }
        assertThat(counters.get(Count.SEGMENTS_DROPPED)).isEqualTo(Reassembly.MAX_SEGMENTS);
        assertThat(add(packet(1, 1, 1, true, new byte[1])))
                .as("the oldest is gone")
                .isEmpty();
        assertThat(add(packet(1, 4 * Reassembly.MAX_SEGMENTS - 1, 1, true, new byte[1])))
                .as("the newest is not")
                .isPresent();
    }

    @Test
    void whatWaitsIsBoundedInBytes() {
        for (int i = 0; i < 100; i++) {
            add(packet(1, i * 2, 0, false, new byte[32_767]));
            assertThat(reassembly.bytes()).isLessThanOrEqualTo(Reassembly.MAX_BYTES);
        }
        assertThat(reassembly.waiting()).isEqualTo(Reassembly.MAX_BYTES / 32_767);
    }

    @Test
    void whatWaitsIsACopy() {
        List<byte[]> parts = new ArrayList<>(split(1, 10, payload(100, 1), 60));
        byte[] first = parts.get(0).clone();
        add(first);
        java.util.Arrays.fill(first, (byte) 0);
        assertThat(add(parts.get(1)).orElseThrow().payload()).isEqualTo(buffer(payload(100, 1)));
    }
}
