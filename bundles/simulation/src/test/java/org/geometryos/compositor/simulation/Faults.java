package org.geometryos.compositor.simulation;

import java.util.SplittableRandom;

/** The switch: which fault is planted, and whether it happens now. */
final class Faults {
    private final Fault planted;
    private final SplittableRandom random;
    private long happened;

    /** @param planted null: none is */
    Faults(Fault planted, long seed) {
        this.planted = planted;
        this.random = new SplittableRandom(seed);
    }

    boolean active() {
        return planted != null;
    }

    boolean on(Fault fault) {
        if (planted != fault || fault.rate < 1 && random.nextDouble() >= fault.rate) {
            return false;
        }
        happened++;
        return true;
    }

    long happened() {
        return happened;
    }
}
