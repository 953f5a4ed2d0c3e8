package org.geometryos.compositor.benchmark;

import java.util.OptionalDouble;

/**
 * One number of a run.
 *
 * @param goal what the ratio of the first contender to the second is to stay below; empty for numbers that only explain
 */
record Metric(String name, String unit, OptionalDouble goal) {

    static Metric goal(String name, String unit, double goal) {
        return new Metric(name, unit, OptionalDouble.of(goal));
    }

    static Metric fact(String name, String unit) {
        return new Metric(name, unit, OptionalDouble.empty());
    }
}
