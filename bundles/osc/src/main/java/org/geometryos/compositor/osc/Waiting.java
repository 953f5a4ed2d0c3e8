package org.geometryos.compositor.osc;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/** Messages whose time has not come. Bounded in messages and bytes. One thread. */
final class Waiting {
    static final int MAX_MESSAGES = 1_024;
    static final int MAX_BYTES = 1 << 20;

    private final PriorityQueue<Later> later =
            new PriorityQueue<>(Comparator.comparingLong(Later::micros).thenComparingLong(Later::order));
    private int bytes;
    private long order;

    /**
     * @param order of arrival, for those of the same time
     * @param bytes of the packet that it came with, which it is shorter than
     */
    private record Later(long micros, long order, int bytes, OscMessage message) {}

    /** A message whose time has come, and that time. */
    record Due(long micros, OscMessage message) {}

    /** @return whether there is room */
    boolean add(long micros, OscMessage message, int size) {
        if (later.size() >= MAX_MESSAGES || bytes + size > MAX_BYTES) {
            return false;
        }
        later.add(new Later(micros, order++, size, message));
        bytes += size;
        return true;
    }

    /** Takes out what is due, in the order of its time. */
    void due(long now, Consumer<Due> taken) {
        while (!later.isEmpty() && later.peek().micros <= now) {
            Later one = later.poll();
            bytes -= one.bytes;
            taken.accept(new Due(one.micros, one.message));
        }
    }

    /** Microseconds until the next is due; {@link Long#MAX_VALUE} if none waits. */
    long next(long now) {
        return later.isEmpty() ? Long.MAX_VALUE : Math.max(0, later.peek().micros - now);
    }
}
