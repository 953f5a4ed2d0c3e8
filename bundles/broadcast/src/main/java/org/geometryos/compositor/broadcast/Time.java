package org.geometryos.compositor.broadcast;

/** Comparing readings of a clock that may overflow. */
final class Time {
    private Time() {}

    static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }

    static long earlier(long a, long b) {
        return a - b < 0 ? a : b;
    }
}
