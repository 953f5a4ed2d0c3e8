package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Ten sources at once, each with a camera of its own. */
record CamerasScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final int CAMERAS = 10;
    private static final int HERTZ = 60;

    private static final Metric COST = Metric.more("fan-out", "deliveries/CPU s");
    private static final Metric P50 = Metric.less("p50", "µs");
    private static final Metric P99 = Metric.less("p99", "µs");
    private static final Metric THROUGHPUT = Metric.fact("throughput", "deliveries/s");
    private static final Metric COMPLETE = Metric.fact("delivered of what was due, within 5 s of the end", "%");
    private static final Metric CORE = Metric.fact("server CPU", "% of a core");
    private static final Metric GENERATOR = Metric.fact("generator CPU", "% of a core");
    private static final Metric LATE = Metric.fact("generator late, p99", "µs");

    @Override
    public String name() {
        return "cameras";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "%d sources at %d Hz, each with a camera and a connection of its own; %,d displays that get every "
                        + "update of all: %,d deliveries "
                        + "a second are due. Who cannot keep up delivers less, and late. %d s after %d s of the same "
                        + "load.",
                CAMERAS,
                HERTZ,
                plan.displays(),
                CAMERAS * HERTZ * plan.displays(),
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return List.of(COST, P50, P99, THROUGHPUT, COMPLETE, CORE, GENERATOR, LATE);
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        try (Trial trial = Trial.start(contender, folder)) {
            trial.displays(plan.displays(), "every");
            trial.sources(CAMERAS);
            Trial.Window window = trial.open(CAMERAS, HERTZ, plan.warmSeconds(), plan.windowSeconds());
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(COST.name(), window.perCpuSecond());
            values.put(P50.name(), (double) window.latency().p50());
            values.put(P99.name(), (double) window.latency().p99());
            values.put(THROUGHPUT.name(), window.perSecond());
            values.put(COMPLETE.name(), window.complete() * 100);
            values.put(CORE.name(), window.corePercent());
            values.put(GENERATOR.name(), window.loadCpu() / window.seconds() * 100);
            values.put(LATE.name(), (double) window.lateness().p99());
            return Run.of(contender, round, values);
        }
    }
}
