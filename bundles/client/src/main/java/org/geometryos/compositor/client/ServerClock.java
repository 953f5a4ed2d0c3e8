package org.geometryos.compositor.client;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.geometryos.compositor.protocol.ServerMessage;

/** Measures the server's clock, by pings. Written by one thread, {@link #estimate} read by any. */
final class ServerClock {
    /** Measurements that come at each tick, before they come at the interval asked for. */
    private static final int QUICK_PINGS = 8;

    /** How often it is measured where pictures have to be shown together, by what the round trip is at least. */
    private static final long[][] PACES = {{4_000, 125_000_000}, {2_000, 250_000_000}, {-1, 1_000_000_000}};

    private final long intervalNanos;
    private final boolean closely;
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
     * @param closely as often as a display needs that shows one picture with others
     * @param wall microseconds since the Unix epoch
     * @param steady nanoseconds from anywhere
     */
    ServerClock(long intervalNanos, boolean closely, LongSupplier wall, LongSupplier steady) {
        this.intervalNanos = intervalNanos;
        this.closely = closely;
        this.wall = wall;
        this.steady = steady;
        this.jump = new ClockJump(wall, steady);
    }

    /** Empty before the first measurement. */
    Optional<ClockEstimate> estimate() {
        return estimate;
    }

    /** The server's time, microseconds since the Unix epoch; our own clock before the first measurement. */
    long now() {
        long local = wall.getAsLong();
        return estimate.map(known -> known.at(local)).orElse(local);
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
        return (closely || intervalNanos != 0) && steady.getAsLong() - nextPing >= 0;
    }

    /** @return the {@code t0} of a ping that is sent now */
    long ping() {
        pings++;
        pingNanos = steady.getAsLong();
        nextPing = pings < QUICK_PINGS ? pingNanos : pingNanos + interval();
        pingSent = wall.getAsLong();
        return pingSent;
    }

    /** More often where the way takes long, since it scatters, too. */
    private long interval() {
        if (!closely) {
            return intervalNanos;
        }
        long roundTrip = estimate.map(ClockEstimate::roundTrip).orElse(Long.MAX_VALUE);
        int i = 0;
        while (roundTrip <= PACES[i][0]) {
            i++;
        }
        return intervalNanos == 0 ? PACES[i][1] : Math.min(intervalNanos, PACES[i][1]);
    }

    void pong(ServerMessage.Pong pong) {
        if (pong.t0() == pingSent) {
            estimate =
                    filter.add(pong.t0(), pong.t1(), pong.t2(), pong.t0() + (steady.getAsLong() - pingNanos) / 1_000);
        }
    }
}
