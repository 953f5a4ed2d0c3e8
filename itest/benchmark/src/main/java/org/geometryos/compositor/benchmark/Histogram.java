package org.geometryos.compositor.benchmark;

/**
 * Counts durations in buckets that are at most 0.8 % wide, so that its size does not grow with them. One thread at a
 * time.
 */
final class Histogram {
    /** Buckets per power of two. */
    private static final int STEPS_BITS = 7;

    private static final int STEPS = 1 << STEPS_BITS;

    private final long[] counts = new long[(Long.SIZE - STEPS_BITS) * STEPS];
    private long total;
    private long greatest;

    /** @param value anything below 0 counts as 0 */
    void add(long value) {
        long least = Math.max(0, value);
        counts[bucket(least)]++;
        total++;
        greatest = Math.max(greatest, least);
    }

    void clear() {
        java.util.Arrays.fill(counts, 0);
        total = 0;
        greatest = 0;
    }

    long count() {
        return total;
    }

    long greatest() {
        return greatest;
    }

    /**
     * The least value that so many of all do not exceed, rounded up by at most 0.8 %; 0 if there are none. @param part
     * above 0, up to 1
     */
    long quantile(double part) {
        long rank = (long) Math.ceil(part * total);
        long below = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            below += counts[bucket];
            if (below >= rank && below > 0) {
                return Math.min(greatest, top(bucket));
            }
        }
        return 0;
    }

    private static int bucket(long value) {
        if (value < STEPS) {
            return (int) value;
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - STEPS_BITS;
        return (shift + 1) * STEPS + (int) ((value >>> shift) - STEPS);
    }

    /** The greatest value of a bucket. */
    private static long top(int bucket) {
        if (bucket < STEPS) {
            return bucket;
        }
        int shift = bucket / STEPS - 1;
        return ((long) (STEPS + bucket % STEPS) + 1 << shift) - 1;
    }
}
