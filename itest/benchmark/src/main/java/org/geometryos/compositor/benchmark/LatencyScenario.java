package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** How old an update is when it arrives. */
record LatencyScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final int HERTZ = 60;
    static final int MOST_TIMES = 5;
    private static final int[] TIMES = {1, MOST_TIMES};

    @Override
    public String name() {
        return "latency";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "One camera at %d Hz; time from the sample's own time, which is when its source sends it, until one "
                        + "of %d displays "
                        + "(of %d, with more displays), spread evenly among all, has read it. The bridge with "
                        + "`latest`, its default. %d s after %d s of the same load.",
                HERTZ,
                Trial.PROBES,
                Trial.PROBES * MOST_TIMES,
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    private List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        for (int times : TIMES) {
            sizes.add(plan.displays() * times);
        }
        return sizes;
    }

    private static String at(int displays, String what) {
        return String.format(Locale.ROOT, "%,d displays: %s", displays, what);
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        for (int displays : sizes()) {
            metrics.add(Metric.less(at(displays, "p50"), "µs"));
            metrics.add(Metric.less(at(displays, "p99"), "µs"));
            metrics.add(Metric.less(at(displays, "p99.9"), "µs"));
            metrics.add(Metric.fact(at(displays, "greatest"), "µs"));
            metrics.add(Metric.fact(at(displays, "delivered"), "%"));
            metrics.add(Metric.fact(at(displays, "server CPU"), "% of a core"));
            metrics.add(Metric.fact(at(displays, "generator CPU"), "% of a core"));
            metrics.add(Metric.fact(at(displays, "generator late, p99"), "µs"));
            metrics.add(Metric.fact(at(displays, "CPU of all else"), "% of a core"));
        }
        return metrics;
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        Map<String, Double> values = new LinkedHashMap<>();
        try (Trial trial = Trial.start(contender, folder)) {
            trial.sources(1);
            int connected = 0;
            for (int displays : sizes()) {
                // the probes of the first size stand for it in the second one, too
                int further = displays - connected;
                trial.displays(
                        further,
                        Math.min(further, connected == 0 ? Trial.PROBES : Trial.PROBES * (MOST_TIMES - 1)),
                        Trial.subscribed("latest", "*"));
                connected = displays;
                Trial.Window window = trial.open(1, HERTZ, plan.warmSeconds(), plan.windowSeconds());
                values.put(at(displays, "p50"), (double) window.latency().p50());
                values.put(at(displays, "p99"), (double) window.latency().p99());
                values.put(at(displays, "p99.9"), (double) window.latency().p999());
                values.put(at(displays, "greatest"), (double) window.latency().greatest());
                values.put(at(displays, "delivered"), window.complete() * 100);
                values.put(at(displays, "server CPU"), window.corePercent());
                values.put(at(displays, "generator CPU"), window.loadCpu() / window.seconds() * 100);
                values.put(at(displays, "generator late, p99"), (double)
                        window.lateness().p99());
                values.put(at(displays, "CPU of all else"), window.otherCpu() / window.seconds() * 100);
            }
        }
        return Run.of(contender, round, values);
    }

    @Override
    public Map<String, String> plots(Report report) {
        Map<String, String> plots = new LinkedHashMap<>();
        for (int displays : sizes()) {
            List<String> quantiles = List.of("p50", "p99", "p99.9");
            List<Plot.Series> series = new ArrayList<>();
            for (String contender : report.contenders()) {
                List<Double> values = new ArrayList<>();
                quantiles.forEach(quantile -> {
                    OptionalDouble median = report.median(at(displays, quantile), contender);
                    values.add(median.isPresent() ? median.getAsDouble() / 1000 : Double.NaN);
                });
                series.add(new Plot.Series(contender, values));
            }
            plots.put(
                    "" + displays,
                    Plot.bars(
                            String.format(Locale.ROOT, "Latency at %d Hz to %,d displays, ms (log)", HERTZ, displays),
                            quantiles,
                            series,
                            true,
                            OptionalDouble.empty()));
        }
        return plots;
    }
}
