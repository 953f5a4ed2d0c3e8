package org.geometryos.compositor.metrics;

import java.util.Arrays;
import org.geometryos.compositor.api.metrics.Durations;

/** One figure, or the sum of several with the same labels. One thread at a time. */
final class Figure {
    private static final double NANOS = 1e9;
    private static final double[] BOUNDS = Arrays.stream(Durations.bounds())
            .mapToDouble(bound -> bound / NANOS)
            .toArray();

    /** Of a counter or gauge. */
    double value;
    /** Of durations, by {@link Durations#bounds()}. */
    final long[] counts = new long[BOUNDS.length + 1];

    /** The sum of all durations, seconds. */
    double seconds;

    void add(Durations durations) {
        long[] more = durations.counts();
        for (int i = 0; i < counts.length; i++) {
            counts[i] += more[i];
        }
        seconds += durations.totalNanos() / NANOS;
    }

    long count() {
        long all = 0;
        for (long count : counts) {
            all += count;
        }
        return all;
    }

    /** Upper bounds of {@link #counts}, seconds; the last one is infinite. */
    static double bound(int i) {
        return i < BOUNDS.length ? BOUNDS[i] : Double.POSITIVE_INFINITY;
    }

    /**
     * The duration that a share of all stays below, in seconds: the upper bound of the step that it lies in, and of
     * what is beyond the last bound that bound.
     *
     * @return NaN if there is none
     */
    double quantile(double share) {
        long rank = (long) Math.ceil(share * count());
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen > 0 && seen >= rank) {
                return bound(Math.min(i, counts.length - 2));
            }
        }
        return Double.NaN;
    }
}
