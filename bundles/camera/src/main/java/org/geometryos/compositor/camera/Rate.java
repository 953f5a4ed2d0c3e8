package org.geometryos.compositor.camera;

import java.util.concurrent.atomic.AtomicLong;

/** So many a second, in bursts of one second: a token bucket. Any thread, without a lock. */
final class Rate {
    private static final long SECOND = 1_000_000_000;

    /**
     * As if each one taken had taken its share of time: up to when. Not ahead of now, and behind it by a second at
     * most.
     */
    private final AtomicLong taken;

    /** @param now {@link System#nanoTime()} */
    Rate(long now) {
        taken = new AtomicLong(now - SECOND);
    }

    /** @return whether there was one left */
    boolean take(long now, int perSecond) {
        for (; ; ) {
            long before = taken.get();
            long after = (now - before > SECOND ? now - SECOND : before) + SECOND / perSecond;
            if (after - now > 0) {
                return false;
            }
            if (taken.compareAndSet(before, after)) {
                return true;
            }
        }
    }
}
