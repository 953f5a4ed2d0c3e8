package org.geometryos.compositor.benchmark;

import java.util.List;
import java.util.stream.IntStream;

/** What repetitions of one measurement gave. */
record Spread(double median, double minimum, double maximum) {

    /** @param values at least one */
    static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values to take the median of");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
        return new Spread(median, sorted.get(0), sorted.get(sorted.size() - 1));
    }

    /** Ratios of values that were measured side by side, round by round. */
    static Spread ofRatios(List<Double> ours, List<Double> theirs) {
        if (ours.size() != theirs.size()) {
            throw new IllegalArgumentException(
                    ours.size() + " values of one against " + theirs.size() + " of the other");
        }
        return of(IntStream.range(0, ours.size())
                .mapToObj(i -> ours.get(i) / theirs.get(i))
                .toList());
    }
}
