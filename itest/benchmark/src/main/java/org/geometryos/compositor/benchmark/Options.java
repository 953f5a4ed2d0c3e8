package org.geometryos.compositor.benchmark;

import java.nio.file.Path;
import java.util.List;

/**
 * The command line.
 *
 * @param displays 1 to 100,000
 * @param rounds 1 to 99; three or more for figures that are told to others
 * @param settleSeconds between the last connect and the window; 0 to 600
 * @param windowSeconds over which CPU is counted; 30 to 3600, so that it spans three heartbeats
 * @param distribution the distribution's folder
 * @param out where results go
 */
record Options(String scenario, int displays, int rounds, int settleSeconds, int windowSeconds, Path distribution, Path out) {
    static final String USAGE = """
            usage: itest/benchmark/run [SCENARIO] [options]
              SCENARIO            idle (the default)
              --displays N        displays that connect (10000)
              --rounds N          repetitions of each server, in turn (3)
              --settle SECONDS    rest between connecting and measuring (20)
              --window SECONDS    time over which CPU is counted (40)
              --distribution DIR  another distribution than the one just built
              --out DIR           where results go (itest/benchmark/target/results)
              --no-build          use what is built""";

    /** The command line cannot be used. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /** @param module the benchmark's folder */
    static Options parse(List<String> arguments, Path module) throws UsageException {
        String scenario = "idle";
        int displays = 10_000;
        int rounds = 3;
        int settle = 20;
        int window = 40;
        Path distribution = module.resolve("../../launcher/target/compositor").normalize();
        Path out = module.resolve("target/results");
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            if (i == 0 && !option.startsWith("--")) {
                scenario = option;
                continue;
            }
            if (i + 1 == arguments.size()) {
                throw new UsageException(option + " is unknown, or its value is missing");
            }
            String value = arguments.get(++i);
            switch (option) {
                case "--displays" -> displays = number(option, value, 1, 100_000);
                case "--rounds" -> rounds = number(option, value, 1, 99);
                case "--settle" -> settle = number(option, value, 0, 600);
                case "--window" -> window = number(option, value, 30, 3600);
                case "--distribution" -> distribution = Path.of(value);
                case "--out" -> out = Path.of(value);
                default -> throw new UsageException(option + " is unknown");
            }
        }
        return new Options(scenario, displays, rounds, settle, window, distribution.toAbsolutePath(), out.toAbsolutePath());
    }

    private static int number(String option, String value, int least, int most) throws UsageException {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException(option + " " + value + " is not a number");
        }
        throw new UsageException(option + " " + value + " is not between " + least + " and " + most);
    }
}
