package org.geometryos.compositor.client;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.protocol.ServerMessage;

/** Measures the server's clock, by pings. Written by one thread, {@link #estimate} read by any. */
final class ServerClock {
    /** Measurements that come at each tick, before they come at the interval asked for. */
    private static final int QUICK_PINGS = 8;

    /** How often it is measured where pictures have to be shown together, by what the round trip is at least. */
    private static final long[][] PACES = {{4_000, 125_000_000}, {2_000, 250_000_000}, {1_000, 1_000_000_000}};

    private static final long USUAL_REPORTS = 1_000;
    /** A server cannot ask for fewer reports than this, milliseconds. */
    private static final long RAREST_REPORTS = 60_000;

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
    /** How often the server wants a report, nanoseconds. */
    private long reportEvery = TimeUnit.MILLISECONDS.toNanos(USUAL_REPORTS);

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
        reportEvery = TimeUnit.MILLISECONDS.toNanos(USUAL_REPORTS);
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
        while (i < PACES.length && roundTrip <= PACES[i][0]) {
            i++;
        }
        long pace = i < PACES.length ? PACES[i][1] : reportEvery;
        return intervalNanos == 0 ? pace : Math.min(intervalNanos, pace);
    }

    /** How often a member of a wall reports, nanoseconds. */
    long reportEvery() {
        return reportEvery;
    }

    void pong(ServerMessage.Pong pong) {
        pong.reportAfter()
                .ifPresent(millis -> reportEvery =
                        TimeUnit.MILLISECONDS.toNanos(Math.max(USUAL_REPORTS, Math.min(millis, RAREST_REPORTS))));
        if (pong.t0() == pingSent) {
            estimate =
                    filter.add(pong.t0(), pong.t1(), pong.t2(), pong.t0() + (steady.getAsLong() - pingNanos) / 1_000);
        }
    }
}
