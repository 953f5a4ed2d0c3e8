package org.geometryos.compositor.client;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.geometryos.compositor.protocol.ServerMessage;

/** Measures the server's clock, by pings. Written by one thread, {@link #estimate} read by any. */
final class ServerClock {
    /** Measurements that come at each tick, before they come at the interval asked for. */
    private static final int QUICK_PINGS = 8;

    private final long intervalNanos;
    private final LongSupplier wall;
    private final LongSupplier steady;
    private final ClockFilter filter = new ClockFilter();
    private final ClockJump jump;
    private volatile Optional<ClockEstimate> estimate = Optional.empty();
    private long nextPing;
    private int pings;
    private long pingSent;
    private long pingNanos;

    /**
     * @param intervalNanos how often it is measured after the first few times; 0: never
     * @param wall microseconds since the Unix epoch
     * @param steady nanoseconds from anywhere
     */
    ServerClock(long intervalNanos, LongSupplier wall, LongSupplier steady) {
        this.intervalNanos = intervalNanos;
        this.wall = wall;
        this.steady = steady;
        this.jump = new ClockJump(wall, steady);
    }

    /** Empty before the first measurement. */
    Optional<ClockEstimate> estimate() {
        return estimate;
    }

    /** Another server may answer now; what is known of the one before counts until it has. */
    void welcomed() {
        filter.clear();
        pings = 0;
        nextPing = steady.getAsLong();
    }

    /** If our own clock has jumped, what was measured counts no more: it is measured anew. */
    void watch() {
        if (jump.jumped()) {
            welcomed();
            estimate = Optional.empty();
            pingSent = -1;
        }
    }

    /** Whether a ping is due. */
    boolean due() {
        return intervalNanos != 0 && steady.getAsLong() - nextPing >= 0;
    }

    /** @return the {@code t0} of a ping that is sent now */
    long ping() {
        pings++;
        pingNanos = steady.getAsLong();
        nextPing = pings < QUICK_PINGS ? pingNanos : pingNanos + intervalNanos;
        pingSent = wall.getAsLong();
        return pingSent;
    }

    void pong(ServerMessage.Pong pong) {
        if (pong.t0() == pingSent) {
            estimate =
                    filter.add(pong.t0(), pong.t1(), pong.t2(), pong.t0() + (steady.getAsLong() - pingNanos) / 1_000);
        }
    }
}
