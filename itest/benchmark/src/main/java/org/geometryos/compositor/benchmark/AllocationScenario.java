package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an update makes the collector clean up, depending on how many displays get it. */
record AllocationScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final double SLOW_HERTZ = 5;
    private static final double FAST_HERTZ = 25;
    /** Of the greatest number of displays. */
    private static final int[] PARTS = {50, 5, 1};

    @Override
    public String name() {
        return "allocation";
    }

    private List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        for (int part : PARTS) {
            sizes.add(Math.max(1, plan.displays() / part));
        }
        return sizes;
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "Bytes that the server's Java threads allocate, as the JVM counts them, while one camera moves at "
                        + "%.0f and at %.0f Hz for %d s "
                        + "each, `latest`. Per update: the difference between the two, divided by the difference in "
                        + "updates. Per display and second: what is left, "
                        + "which is heartbeats and, by default, the receipts that displays send twice a second, "
                        + "whatever the rate; their jitter is the uncertainty "
                        + "of the figure per update, and without busyDetection there are none.",
                SLOW_HERTZ,
                FAST_HERTZ,
                plan.windowSeconds());
    }

    private static String at(int displays, String what) {
        return String.format(Locale.ROOT, "%,d displays: %s", displays, what);
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        for (int displays : sizes()) {
            metrics.add(Metric.fact(at(displays, "per update"), "B"));
            metrics.add(Metric.fact(at(displays, "per delivery"), "B"));
            metrics.add(Metric.fact(at(displays, "per display and second"), "B"));
        }
        return metrics;
    }

    private record Rate(double updates, double bytes) {}

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        Map<String, Double> values = new LinkedHashMap<>();
        for (int displays : sizes()) {
            try (Trial trial = Trial.start(contender, Files.createDirectory(folder.resolve("" + displays)));
                    Allocations allocations = Allocations.attach(trial.pid())) {
                trial.displays(displays, "latest");
                trial.sources(1);
                trial.open(1, FAST_HERTZ, plan.warmSeconds(), 1);
                Rate slow = rate(trial, allocations, SLOW_HERTZ);
                Rate fast = rate(trial, allocations, FAST_HERTZ);
                double perUpdate = (fast.bytes - slow.bytes) / (fast.updates - slow.updates);
                values.put(at(displays, "per update"), perUpdate);
                values.put(at(displays, "per delivery"), perUpdate / displays);
                values.put(at(displays, "per display and second"), (slow.bytes - slow.updates * perUpdate) / displays);
            }
        }
        return Run.of(contender, round, values);
    }

    /** Updates and bytes per second. */
    private Rate rate(Trial trial, Allocations allocations, double hertz) throws IOException, InterruptedException {
        trial.begin(1, hertz);
        Thread.sleep(1000);
        long updates = trial.report().updates();
        Map<Long, Long> before = allocations.bytes();
        long began = System.nanoTime();
        Thread.sleep(plan.windowSeconds() * 1000L);
        double bytes = Allocations.between(before, allocations.bytes());
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Rate((trial.report().updates() - updates) / seconds, bytes / seconds);
    }
}
