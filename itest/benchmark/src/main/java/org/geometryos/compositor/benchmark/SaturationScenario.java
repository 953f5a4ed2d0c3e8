package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How much goes through when the source is as fast as the displays get its updates. */
record SaturationScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final int[] OUTSTANDING = {8, 64, 512};

    @Override
    public String name() {
        return "saturation";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "One camera, %,d displays that get every update; the source sends as soon as fewer than so many "
                        + "updates are on their "
                        + "way. Deliveries per second as the clock tells it, not per CPU second: on few cores the "
                        + "generator takes its part of them. %d s each after %d s.",
                plan.displays(),
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    private static String at(int outstanding, String what) {
        return outstanding + " outstanding: " + what;
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        for (int outstanding : OUTSTANDING) {
            metrics.add(Metric.more(at(outstanding, "throughput"), "deliveries/s"));
        }
        for (int outstanding : OUTSTANDING) {
            metrics.add(Metric.fact(at(outstanding, "p99"), "µs"));
            metrics.add(Metric.fact(at(outstanding, "server CPU"), "% of a core"));
            metrics.add(Metric.fact(at(outstanding, "generator CPU"), "% of a core"));
            metrics.add(Metric.fact(at(outstanding, "delivered of what was due"), "%"));
        }
        return metrics;
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        Map<String, Double> values = new LinkedHashMap<>();
        try (Trial trial = Trial.start(contender, folder)) {
            trial.displays(plan.displays(), "every");
            trial.sources(1);
            for (int outstanding : OUTSTANDING) {
                Trial.Window window = trial.closed(outstanding, plan.warmSeconds(), plan.windowSeconds());
                values.put(at(outstanding, "throughput"), window.perSecond());
                values.put(at(outstanding, "p99"), (double) window.latency().p99());
                values.put(at(outstanding, "server CPU"), window.corePercent());
                values.put(at(outstanding, "generator CPU"), window.loadCpu() / window.seconds() * 100);
                values.put(at(outstanding, "delivered of what was due"), window.complete() * 100);
            }
        }
        return Run.of(contender, round, values);
    }
}
