package org.geometryos.compositor.api.metrics;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations by their length, six steps to the decade from 10 µs to 10 s. Recording allocates nothing and waits
 * for nobody. One thread at a time records; what two record at the same instant may count once. Any thread reads.
 */
public final class Durations {
    private static final int[] STEPS = {10, 15, 20, 30, 50, 70};
    private static final int DECADES = 6;
    private static final long[] BOUNDS = bounds(TimeUnit.MICROSECONDS.toNanos(1));

    private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.length + 1);
    private final AtomicLong nanos = new AtomicLong();

    private static long[] bounds(long unit) {
        long[] bounds = new long[STEPS.length * DECADES + 1];
        long factor = unit;
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = STEPS[i % STEPS.length] * factor;
            if (i % STEPS.length == STEPS.length - 1) {
                factor *= 10;
            }
        }
        return bounds;
    }

    /**
     * Records a duration.
     *
     * @param nanos a negative one (a clock was set back) counts as 0
     * @param times how often it happened
     */
    public void record(long nanos, long times) {
        long took = Math.max(0, nanos);
        int at = Arrays.binarySearch(BOUNDS, took);
        int place = at < 0 ? -at - 1 : at;
        counts.setOpaque(place, counts.getPlain(place) + times);
        this.nanos.setOpaque(this.nanos.getPlain() + took * times);
    }

    /** The longest duration of each place of {@link #counts()} but the last, in nanoseconds, ascending. */
    public static long[] bounds() {
        return BOUNDS.clone();
    }

    /** How many were recorded, by length: one place for each of {@link #bounds()}, and one for all that are longer. */
    public long[] counts() {
        long[] now = new long[counts.length()];
        for (int i = 0; i < now.length; i++) {
            now[i] = counts.getOpaque(i);
        }
        return now;
    }

    /** The sum of all durations, nanoseconds. */
    public long totalNanos() {
        return nanos.getOpaque();
    }
}
