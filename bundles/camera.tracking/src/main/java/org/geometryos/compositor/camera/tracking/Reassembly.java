package org.geometryos.compositor.camera.tracking;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.tracking.Segment;

/**
 * Puts samples together that came in several packets, in whatever order, of several senders at the same time. What
 * waits is bounded in number, bytes and time; the oldest makes room. One thread.
 */
final class Reassembly {
    static final int MAX_SEGMENTS = 512;
    static final int MAX_BYTES = 1 << 20;
    static final long MAX_NANOS = 500_000_000;

    private final Counters counters;
    private final Map<Key, Waiting> waiting = new LinkedHashMap<>();
    private int bytes;
    /** What made the last sample whole: the same once more must not begin to wait for the others. */
    private Optional<Completed> completed = Optional.empty();

    private record Key(SocketAddress from, int sequence) {}

    private record Waiting(Segment segment, long since) {}

    private record Completed(SocketAddress from, Segment segment, long at) {
        boolean repeated(Segment again, SocketAddress sender, long now) {
            return now - at <= MAX_NANOS && sender.equals(from) && again.same(segment);
        }
    }

    /** @param sequence that of the last packet */
    record Whole(Segment.Encoding encoding, int sequence, ByteBuffer payload) {}

    Reassembly(Counters counters) {
        this.counters = counters;
    }

    /** Takes a packet; gives the sample if that is whole now. */
    Optional<Whole> add(Segment segment, SocketAddress from, long now) {
        if (segment.whole()) {
            return Optional.of(new Whole(segment.encoding(), segment.sequence(), segment.payload()));
        }
        counters.add(Count.SEGMENTS);
        Key key = new Key(from, segment.sequence());
        Waiting before = waiting.get(key);
        if (before != null && before.segment.same(segment)
                || completed.filter(last -> last.repeated(segment, from, now)).isPresent()) {
            counters.add(Count.DUPLICATES);
            return Optional.empty();
        }
        if (before != null) {
            drop(key);
        }
        Deque<Segment> parts = new ArrayDeque<>();
        parts.add(segment);
        boolean begins = segment.offset() == 0;
        for (Segment first = segment; !begins && (first = ahead(from, first)) != null; begins = first.offset() == 0) {
            parts.addFirst(first);
        }
        boolean ends = segment.last();
        for (Segment last = segment; !ends && (last = behind(from, last)) != null; ends = last.last()) {
            parts.addLast(last);
        }
        if (begins && ends) {
            completed = Optional.of(new Completed(from, segment.copy(), now));
            return Optional.of(join(parts, from));
        }
        waiting.put(key, new Waiting(segment.copy(), now));
        bytes += segment.length();
        while (waiting.size() > MAX_SEGMENTS || bytes > MAX_BYTES) {
            drop(waiting.keySet().iterator().next());
        }
        return Optional.empty();
    }

    /** Drops what has waited for too long. */
    void expire(long now) {
        while (!waiting.isEmpty()) {
            Map.Entry<Key, Waiting> oldest = waiting.entrySet().iterator().next();
            if (now - oldest.getValue().since <= MAX_NANOS) {
                return;
            }
            drop(oldest.getKey());
        }
    }

    int waiting() {
        return waiting.size();
    }

    int bytes() {
        return bytes;
    }

    /** The packet behind another in the same sample, or null. */
    private Segment behind(SocketAddress from, Segment segment) {
        Segment next = waiting(from, Segment.following(segment.sequence()));
        if ((next == null || !segment.before(next)) && segment.wraps()) {
            next = waiting(from, 1);
        }
        return next != null && segment.before(next) ? next : null;
    }

    /** The packet before another in the same sample, or null. */
    private Segment ahead(SocketAddress from, Segment segment) {
        Segment before = waiting(from, segment.sequence() - 1 & 0xffff);
        if ((before == null || !before.before(segment)) && segment.sequence() == 1) {
            before = waiting(from, 0xffff);
        }
        return before != null && before.before(segment) ? before : null;
    }

    private Segment waiting(SocketAddress from, int sequence) {
        Waiting found = waiting.get(new Key(from, sequence));
        return found == null ? null : found.segment;
    }

    private Whole join(Deque<Segment> parts, SocketAddress from) {
        Segment last = parts.getLast();
        ByteBuffer payload = ByteBuffer.allocate(last.offset() + last.length());
        for (Segment part : parts) {
            payload.put(part.payload().duplicate());
            remove(new Key(from, part.sequence()));
        }
        return new Whole(last.encoding(), last.sequence(), payload.flip());
    }

    private void drop(Key key) {
        remove(key);
        counters.add(Count.SEGMENTS_DROPPED);
    }

    private void remove(Key key) {
        Waiting gone = waiting.remove(key);
        bytes -= gone == null ? 0 : gone.segment.length();
    }
}
