package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What it costs to bring each update to each display. */
record FanoutScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final int HERTZ = 60;
    private static final int MANY = 64;

    private static final Metric ONE = Metric.more("1 outstanding", "deliveries/CPU s");
    private static final Metric STEADY = Metric.more(HERTZ + " Hz", "deliveries/CPU s");
    private static final Metric MERGING = Metric.more(MANY + " outstanding", "deliveries/CPU s");
    private static final Metric BYTES = Metric.fact("message to a display", "B");
    private static final Metric CORE = Metric.fact("server CPU at " + HERTZ + " Hz", "% of a core");
    private static final Metric COMPLETE = Metric.fact("delivered of what was due, the least", "%");
    private static final Metric GENERATOR = Metric.fact("generator CPU at " + HERTZ + " Hz", "% of a core");
    private static final Metric LATE = Metric.fact("generator late at " + HERTZ + " Hz, p99", "µs");
    private static final Metric OTHERS = Metric.fact("CPU of all else at " + HERTZ + " Hz", "% of a core");

    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "One camera, %,d displays that get every update. Deliveries per second of the server's CPU time: "
                        + "with one update "
                        + "on its way at a time (nothing can be merged), at %d Hz whatever happens, and with %d on "
                        + "their way (what comes together can go "
                        + "out together). %d s each after %d s of the same load.",
                plan.displays(),
                HERTZ,
                MANY,
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return List.of(ONE, STEADY, MERGING, BYTES, CORE, COMPLETE, GENERATOR, LATE, OTHERS);
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        try (Trial trial = Trial.start(contender, folder)) {
            trial.displays(plan.displays(), "every");
            trial.sources(1);
            Trial.Window one = trial.closed(1, plan.warmSeconds(), plan.windowSeconds());
            Trial.Window steady = trial.open(1, HERTZ, plan.warmSeconds(), plan.windowSeconds());
            Trial.Window merging = trial.closed(MANY, plan.warmSeconds(), plan.windowSeconds());
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(ONE.name(), one.perCpuSecond());
            values.put(STEADY.name(), steady.perCpuSecond());
            values.put(MERGING.name(), merging.perCpuSecond());
            values.put(BYTES.name(), (double) steady.deliveryBytes() / steady.deliveries());
            values.put(CORE.name(), steady.corePercent());
            values.put(
                    COMPLETE.name(), 100 * Math.min(one.complete(), Math.min(steady.complete(), merging.complete())));
            values.put(GENERATOR.name(), steady.loadCpu() / steady.seconds() * 100);
            values.put(LATE.name(), (double) steady.lateness().p99());
            values.put(OTHERS.name(), steady.otherCpu() / steady.seconds() * 100);
            return Run.of(contender, round, values);
        }
    }
}
