package org.geometryos.compositor.benchmark;

import java.util.OptionalDouble;

/**
 * One number of a run.
 *
 * @param better which of two values is the better one
 * @param goal what the ratio of the first contender to the second is to stay below; empty if there is none
 * @param limit what the first contender's own value is to stay below; empty if there is none
 */
record Metric(String name, String unit, Better better, OptionalDouble goal, OptionalDouble limit) {
    enum Better {
        MORE,
        LESS,
        /** It only explains. */
        NEITHER
    }

    static Metric goal(String name, String unit, double goal) {
        return new Metric(name, unit, Better.LESS, OptionalDouble.of(goal), OptionalDouble.empty());
    }

    static Metric limit(String name, String unit, double limit) {
        return new Metric(name, unit, Better.NEITHER, OptionalDouble.empty(), OptionalDouble.of(limit));
    }

    static Metric more(String name, String unit) {
        return new Metric(name, unit, Better.MORE, OptionalDouble.empty(), OptionalDouble.empty());
    }

    static Metric less(String name, String unit) {
        return new Metric(name, unit, Better.LESS, OptionalDouble.empty(), OptionalDouble.empty());
    }

    static Metric fact(String name, String unit) {
        return new Metric(name, unit, Better.NEITHER, OptionalDouble.empty(), OptionalDouble.empty());
    }
}
