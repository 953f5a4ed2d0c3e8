package org.geometryos.compositor.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * The command line. What is not given is as the scenario has it.
 *
 * @param scenarios in the order in which they are measured
 * @param quick whether everything is done as briefly as it can be
 * @param only the contenders to measure; empty for all
 * @param distribution the distribution's folder
 * @param out where results go
 */
record Options(
        List<String> scenarios,
        boolean quick,
        OptionalInt displays,
        OptionalInt rounds,
        OptionalInt warmSeconds,
        OptionalInt windowSeconds,
        List<String> only,
        Path distribution,
        Path out) {
    /** These compare windows in which each display has to get as many heartbeats, which come every 10 s. */
    private static final List<String> WITH_HEARTBEATS = List.of("idle", "subscribers", "allocation");

    private static final int HEARTBEAT_WINDOW = 10;

    static final String USAGE = """
            usage: itest/benchmark/run [WHAT] [options]
              WHAT                all (the default, about forty minutes), quick (everything as briefly as possible, about five
                                  minutes; its figures mean nothing), micro (JMH; options go to JMH), or one of
                                  %s
              --displays N        displays that connect; of latency, the first of two sizes
              --rounds N          repetitions of each server, in turn
              --warm SECONDS      load, or of idle and storm rest, before each window
              --window SECONDS    time over which is measured; of idle, subscribers and allocation at least 10
              --only NAME,NAME    these servers alone: bridge, Bun, ws, Netty, plain Jetty, limit, merging limit
              --distribution DIR  another distribution than the one just built
              --out DIR           where results go (itest/benchmark/target/results)
              --no-build          use what is built""".formatted(String.join(", ", Scenarios.names()));

    /** The command line cannot be used. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /** @param module the benchmark's folder */
    static Options parse(List<String> arguments, Path module) throws UsageException {
        List<String> scenarios = Scenarios.names();
        boolean quick = false;
        OptionalInt displays = OptionalInt.empty();
        OptionalInt rounds = OptionalInt.empty();
        OptionalInt warm = OptionalInt.empty();
        OptionalInt window = OptionalInt.empty();
        List<String> only = List.of();
        Path distribution = module.resolve("../../launcher/target/compositor").normalize();
        Path out = module.resolve("target/results");
        for (int i = 0; i < arguments.size(); i++) {
            String option = arguments.get(i);
            if (i == 0 && !option.startsWith("--")) {
                quick = option.equals("quick");
                if (Scenarios.names().contains(option)) {
                    scenarios = List.of(option);
                } else if (!quick && !option.equals("all")) {
                    throw new UsageException("there is no scenario " + option);
                }
                continue;
            }
            if (i + 1 == arguments.size()) {
                throw new UsageException(option + " is unknown, or its value is missing");
            }
            String value = arguments.get(++i);
            switch (option) {
                case "--displays" -> displays = number(option, value, 1, 100_000);
                case "--rounds" -> rounds = number(option, value, 1, 99);
                case "--warm" -> warm = number(option, value, 0, 600);
                case "--window" ->
                    window = number(
                            option,
                            value,
                            scenarios.stream().anyMatch(WITH_HEARTBEATS::contains) ? HEARTBEAT_WINDOW : 1,
                            3600);
                case "--only" -> only = List.of(value.split(","));
                case "--distribution" -> distribution = Path.of(value);
                case "--out" -> out = Path.of(value);
                default -> throw new UsageException(option + " is unknown");
            }
        }
        return new Options(
                scenarios,
                quick,
                displays,
                rounds,
                warm,
                window,
                only,
                distribution.toAbsolutePath(),
                out.toAbsolutePath());
    }

    Plan plan(String scenario) {
        Plan plan = Scenarios.defaults(scenario, quick);
        return new Plan(
                displays.orElse(plan.displays()),
                rounds.orElse(plan.rounds()),
                warmSeconds.orElse(plan.warmSeconds()),
                windowSeconds.orElse(plan.windowSeconds()));
    }

    private static OptionalInt number(String option, String value, int least, int most) throws UsageException {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return OptionalInt.of(number);
            }
        } catch (NumberFormatException e) {
            throw new UsageException(option + " " + value + " is not a number");
        }
        throw new UsageException(option + " " + value + " is not between " + least + " and " + most);
    }
}
