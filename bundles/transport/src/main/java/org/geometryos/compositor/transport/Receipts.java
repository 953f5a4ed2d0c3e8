package org.geometryos.compositor.transport;

import java.util.concurrent.TimeUnit;

/**
 * Pings as receipts: one that goes out with what is sent comes back when the peer has read as far. One is waited for at
 * a time. A layer of {@link SocketLink}, as each send asks for it. Any thread.
 */
abstract class Receipts {
    /**
     * A ping unanswered for so long, or twice the round trip, makes the link busy. With pings every 900 ms, less than
     * 1.5 s of old updates.
     */
    static final long ARRIVAL_LIMIT = TimeUnit.MILLISECONDS.toNanos(500);

    /** When the ping under way went out, which is its payload, too; 0: none is. */
    private volatile long pingAt;

    private volatile long roundTrip;

    /** A time that serves as a ping's payload; never 0. */
    static long token() {
        return Since.of(System.nanoTime());
    }

    /** The time, as {@link System#nanoTime()} tells it. */
    long nanos() {
        return System.nanoTime();
    }

    /** A ping goes out, whose receipt may be faster than this thread; 0: none does. */
    final void pinged(long token) {
        if (token != 0 && pingAt == 0) {
            pingAt = token;
        }
    }

    /** A ping does not go out after all. */
    final void notPinged(long token) {
        if (awaits(token)) {
            pingAt = 0;
        }
    }

    /**
     * Whether this is the receipt of the ping under way, and of no other: what is read ahead may be the middle of a
     * frame, but never one with these eight bytes by chance.
     */
    final boolean awaits(long token) {
        return token != 0 && token == pingAt;
    }

    /** A receipt has come. @return whether it was that of a ping under way */
    final boolean arrived(long token) {
        long since = pingAt;
        long now = nanos();
        // pongs come in order: one for a later ping vouches for the earlier ones, too
        if (since != 0 && token - since >= 0 && now - token >= 0) {
            roundTrip = Math.max(1, now - token);
            pingAt = 0;
            return true;
        }
        return false;
    }

    /** Whether the receipt of the ping under way should have come by now. */
    final boolean overdue() {
        long since = pingAt;
        return since != 0 && nanos() - since > Math.max(ARRIVAL_LIMIT, 2 * roundTrip);
    }

    public final long roundTrip() {
        return roundTrip;
    }
}
