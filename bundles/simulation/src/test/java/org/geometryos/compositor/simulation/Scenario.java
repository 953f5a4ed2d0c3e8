package org.geometryos.compositor.simulation;

import java.util.SplittableRandom;

/**
 * How much there is of everything.
 *
 * @param hertz of each camera's source
 * @param seconds how long it goes on, until everything comes to rest
 * @param replaced mean seconds between two replacements of bundles, 0: none are
 * @param cameraBytes of the journal
 */
record Scenario(
        int displays,
        int cameras,
        int hertz,
        int seconds,
        double replaced,
        long cameraBytes,
        long orderedBytes,
        int writers) {
    private static final long LEAST = 65_536;

    /** Whether the journal holds views for less time than a display may stand still. */
    boolean lossy() {
        return replaced > 0 && cameraBytes < 48 << 20;
    }

    /** One of many small ones. */
    static Scenario of(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L);
        return new Scenario(
                2 + random.nextInt(7),
                1 + random.nextInt(4),
                10 + random.nextInt(50),
                15 + random.nextInt(25),
                random.nextInt(4) == 0 ? 0 : 2 + random.nextInt(15),
                random.nextInt(3) == 0 ? LEAST << random.nextInt(4) : 48 << 20,
                random.nextInt(4) == 0 ? LEAST : 8 << 20,
                1 + random.nextInt(3));
    }

    /** 50 displays, and 4 cameras at 60 Hz. */
    static Scenario large(int seconds) {
        return new Scenario(50, 4, 60, seconds, 20, 48 << 20, 8 << 20, 2);
    }
}
