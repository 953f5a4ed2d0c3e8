package org.geometryos.compositor.simulation;

import java.util.Optional;

/** One run: of a seed, with a fault or without. */
record Run(
        long seed,
        Fault planted,
        long print,
        long events,
        long messages,
        long happened,
        Throwable found,
        String history) {

    static Run of(long seed) {
        return of(seed, Scenario.of(seed), null);
    }

    static Run of(long seed, Scenario scenario, Fault planted) {
        Throwable found = null;
        World world = new World(seed, scenario, planted);
        try {
            world.run();
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            found = e;
        }
        return new Run(
                seed,
                planted,
                world.history.print(),
                world.history.count(),
                world.messages,
                world.faults.happened(),
                found,
                found == null
                        ? ""
                        : world.history + "\n"
                                + String.join(
                                        "\n",
                                        world.screens.stream()
                                                .map(Screen::toString)
                                                .toList()));
    }

    /** The first seed that finds a fault, and nothing without it. */
    static Optional<Run> finding(Fault fault, long seeds) {
        for (long seed = 0; seed < seeds; seed++) {
            Run run = of(seed, Scenario.of(seed), fault);
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
                + "\nAgain: mvn -pl bundles/simulation -am test -Dtest=SimulationTest -Dsimulation.seed=" + seed
                + " -Dsurefire.failIfNoSpecifiedTests=false";
    }
}
