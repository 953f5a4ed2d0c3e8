package org.geometryos.compositor.simulation;

import java.util.Optional;

/** One run of several hosts: of a seed, with a fault or without. */
record HostRun(long seed, HostFault planted, long print, long events, String figures, Throwable found, String history) {

    static HostRun of(long seed) {
        return of(seed, null);
    }

    static HostRun of(long seed, HostFault planted) {
        Throwable found = null;
        HostWorld world = new HostWorld(seed, planted);
        try {
            world.run();
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            found = e;
        }
        return new HostRun(
                seed,
                planted,
                world.history.print(),
                world.history.count(),
                world.log.head() + " records, " + world.truth.acknowledged + " acknowledged, " + world.truth.resumed
                        + " readings, " + world.truth.snapshots + " snapshots, failures " + world.failures,
                found,
                found == null ? "" : world.history.toString());
    }

    /** The first seed that finds a fault, and nothing without it. */
    static Optional<HostRun> finding(HostFault fault, long seeds) {
        for (long seed = 0; seed < seeds; seed++) {
            HostRun run = of(seed, fault);
            if (run.failed() && !of(seed).failed()) {
                return Optional.of(run);
            }
        }
        return Optional.empty();
    }

    boolean failed() {
        return found != null;
    }

    @Override
    public String toString() {
        return "seed " + seed + (planted == null ? "" : " with " + planted) + ": " + found + "\n" + history
                + "\nAgain: mvn -pl bundles/simulation -am test -Dtest=HostsTest -Dsimulation.seed=" + seed
                + " -Dsurefire.failIfNoSpecifiedTests=false";
    }
}
