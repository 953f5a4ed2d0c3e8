package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Some displays that read nothing: what they cost the server, and the others. */
record SlowScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final int HERTZ = 60;
    private static final int ONE_OF = 10;

    private static final Metric P50_WITHOUT = Metric.less("p50 without", "µs");
    private static final Metric P50_WITH = Metric.less("p50 with", "µs");
    private static final Metric P99_WITHOUT = Metric.less("p99 without", "µs");
    private static final Metric P99_WITH = Metric.less("p99 with", "µs");
    private static final Metric CPU_WITHOUT = Metric.fact("server CPU without", "% of a core");
    private static final Metric CPU_WITH = Metric.fact("server CPU with", "% of a core");
    private static final Metric RSS = Metric.fact("RSS growth per slow display", "KiB");
    private static final Metric HEAP = Metric.fact("live heap growth per slow display", "KiB");
    private static final Metric COMPLETE = Metric.fact("delivered to the others with", "%");

    @Override
    public String name() {
        return "slow";
    }

    private int slow() {
        return Math.max(1, plan.displays() / ONE_OF);
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "One camera at %d Hz; %,d displays that read, first alone, then with %,d more that read nothing at "
                        + "all and ask for a "
                        + "receive buffer of 16 KiB. Growth of memory from before the load with the slow ones until "
                        + "its end, %d s later. The bridge with "
                        + "`latest`. %d s after %d s of the same load.",
                HERTZ,
                plan.displays() - slow(),
                slow(),
                plan.warmSeconds() + 2 * plan.windowSeconds(),
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return List.of(P50_WITHOUT, P50_WITH, P99_WITHOUT, P99_WITH, CPU_WITHOUT, CPU_WITH, RSS, HEAP, COMPLETE);
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        try (Trial trial = Trial.start(contender, folder)) {
            trial.displays(plan.displays() - slow(), "latest");
            trial.sources(1);
            Trial.Window without = trial.open(1, HERTZ, plan.warmSeconds(), plan.windowSeconds());
            trial.slow(slow(), "latest");
            long heapBefore = heap(contender, trial);
            long rssBefore = ProcFs.memory(trial.pid()).rss();
            Trial.Window with = trial.open(1, HERTZ, plan.warmSeconds() + plan.windowSeconds(), plan.windowSeconds());
            long rss = ProcFs.memory(trial.pid()).rss() - rssBefore;
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(P50_WITHOUT.name(), (double) without.latency().p50());
            values.put(P50_WITH.name(), (double) with.latency().p50());
            values.put(P99_WITHOUT.name(), (double) without.latency().p99());
            values.put(P99_WITH.name(), (double) with.latency().p99());
            values.put(CPU_WITHOUT.name(), without.corePercent());
            values.put(CPU_WITH.name(), with.corePercent());
            values.put(RSS.name(), rss / 1024.0 / slow());
            if (contender.java()) {
                values.put(HEAP.name(), (heap(contender, trial) - heapBefore) / 1024.0 / slow());
            }
            values.put(COMPLETE.name(), with.complete() * 100);
            return Run.of(contender, round, values);
        }
    }

    private static long heap(Contender contender, Trial trial) throws IOException, InterruptedException {
        return contender.java() ? Jcmd.heap(trial.pid(), 0).bytes() : 0;
    }
}
