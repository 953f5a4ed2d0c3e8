package org.geometryos.compositor.simulation;

import java.util.Optional;

/** From the command line: many seeds, all faults, or how fast time passes. */
public final class Explore {
    private Explore() {}

    public static void main(String[] arguments) {
        switch (arguments[0]) {
            case "seeds" -> seeds(Long.parseLong(arguments[1]), Long.parseLong(arguments[2]));
            case "faults" -> faults(Long.parseLong(arguments[1]), arguments.length > 2 ? arguments[2] : "");
            case "seed" -> System.out.println(Run.of(Long.parseLong(arguments[1])));
            case "speed" -> speed(Integer.parseInt(arguments[1]));
            default ->
                throw new IllegalArgumentException("seeds FROM TO, seed SEED, faults SEEDS [NAME] or speed SECONDS");
        }
    }

    private static void seeds(long from, long to) {
        long failed = 0;
        for (long seed = from; seed < to; seed++) {
            Run run = Run.of(seed);
            if (run.failed()) {
                failed++;
                System.out.println("seed " + seed + ": " + run.found());
            }
        }
        System.out.println(failed + " of " + (to - from) + " seeds failed");
    }

    /** @param name of one of them, or empty */
    private static void faults(long seeds, String name) {
        int found = 0;
        for (Fault fault : Fault.values()) {
            if (!name.isEmpty() && !name.equals(fault.name())) {
                continue;
            }
            Optional<Run> run = Run.finding(fault, seeds);
            found += run.isPresent() ? 1 : 0;
            System.out.println(fault
                    + run.map(r -> " found by seed " + r.seed() + ": "
                                    + r.found().getMessage())
                            .orElse(" NOT FOUND"));
        }
        System.out.println(found + " of " + Fault.values().length + " found");
    }

    private static void speed(int seconds) {
        World world = new World(1, Scenario.large(1), null);
        world.goOn(20);
        for (int i = 0; i < 5; i++) {
            long messages = world.messages;
            long updates = world.updates;
            long began = System.nanoTime();
            world.goOn(seconds);
            double took = (System.nanoTime() - began) / 1e9;
            System.out.printf(
                    "%d s in %.2f s: %.1f h per minute; %.0f updates/s, %.0f messages/s%n",
                    seconds,
                    took,
                    seconds / took / 60,
                    (world.updates - updates) / (double) seconds,
                    (world.messages - messages) / (double) seconds);
        }
    }
}
