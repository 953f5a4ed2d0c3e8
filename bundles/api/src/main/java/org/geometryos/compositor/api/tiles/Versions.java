package org.geometryos.compositor.api.tiles;

/**
 * What is expected of the next version, and how many low bits of its difference from that are written as they are: as
 * many as the last differences had on average, less one. Writer and reader go through the same steps.
 */
final class Versions {
    /** The average is kept in sixteenths. */
    private static final int SHIFT = 4;

    private static final int LESS = 12;

    /** A version that many are near; one that stands alone among others does not change it. */
    private long expected;

    private long last;
    private int average;

    long expected() {
        return expected;
    }

    int lowBits() {
        return Math.max(0, average - LESS) >> SHIFT;
    }

    void took(long version) {
        long difference = Math.abs(version - expected);
        average += Long.SIZE - Long.numberOfLeadingZeros(difference) - (average >> SHIFT);
        if (Math.abs(version - last) < difference) {
            expected = version;
        }
        last = version;
    }
}
