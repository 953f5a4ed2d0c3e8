package org.geometryos.compositor.transport;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Frames that say nothing (pings, fragments of a few bytes), of all links together: what reading them costs has a
 * bound, however many links send them. Any thread.
 */
final class IdleFrames {
    /** So many a second. */
    static final int A_SECOND = 20_000;
    /** So much may be owed, nanoseconds of the budget, before links rest for it. */
    static final long OWED = TimeUnit.MILLISECONDS.toNanos(500);
    /** More than this is never owed, so that a link is read again within a minute. */
    static final long MOST = TimeUnit.SECONDS.toNanos(60);

    private static final long FRAME = TimeUnit.SECONDS.toNanos(1) / A_SECOND;

    /** When all that came is paid for, as {@link System#nanoTime()} tells it. */
    private final AtomicLong paid;

    IdleFrames(long now) {
        paid = new AtomicLong(now);
    }

    /** Counts one. @return for how many nanoseconds links have to rest for those that came so far; 0: they need not */
    long count(long now) {
        long owed = paid.updateAndGet(until -> {
                    long from = until - now > 0 ? until : now;
                    return from - now < MOST ? from + FRAME : from;
                })
                - now;
        return owed > OWED ? owed : 0;
    }
}
