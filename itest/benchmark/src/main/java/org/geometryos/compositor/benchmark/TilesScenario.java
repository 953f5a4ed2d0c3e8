package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Changes of single tiles in a large set, and displays that want those near a camera. */
record TilesScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final double PER_SECOND = 1_000;
    private static final double P99_MICROS = 100_000;
    private static final double JOIN_KIBIBYTES = 1_024;
    private static final double JOIN_MILLIS = 1_000;

    private static final Metric P50 = Metric.fact("p50", "µs");
    private static final Metric P99 = Metric.limit("p99", "µs", P99_MICROS);
    private static final Metric GREATEST = Metric.fact("greatest", "µs");
    private static final Metric RATE = Metric.fact("changes", "1/s");
    private static final Metric DELIVERIES = Metric.fact("deliveries", "1/s");
    private static final Metric OUTSIDE = Metric.limit("tiles out of a display's area", "", 1);
    private static final Metric MISSING = Metric.limit("changes that a display sees and did not get", "", 1);
    private static final Metric REFUSED = Metric.limit("changes that were refused", "", 1);
    private static final Metric CPU = Metric.fact("server CPU", "% of a core");
    private static final Metric LATE = Metric.fact("generator late, p99", "µs");
    private static final Metric HEAP = Metric.fact("live heap before", "MiB");
    private static final Metric HEAP_AFTER = Metric.fact("live heap after", "MiB");
    private static final Metric RSS = Metric.fact("RSS after", "MiB");
    private static final Metric JOIN_BYTES = Metric.limit("who joins gets of all tiles", "KiB", JOIN_KIBIBYTES);
    private static final Metric JOIN_TIME = Metric.limit("who joins has all tiles after", "ms", JOIN_MILLIS);
    private static final Metric NEAR_BYTES = Metric.fact("who joins gets of those near a camera", "KiB");
    private static final Metric NEAR_TIME = Metric.fact("who joins has those near a camera after", "ms");

    @Override
    public String name() {
        return "tiles";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "A set of %,d tiles. One client changes single tiles, %,.0f a second, each in a transaction; %d displays "
                        + "want the tiles near a camera, each another one, with a margin of 1 and a screen of 1920 x "
                        + "1080. Half of the changes are where one of them looks, the others anywhere. Time from the "
                        + "sending of a change until a display that sees its tile has read it. %d s after %d s of the "
                        + "same load. Heaps after a full collection. Afterwards, a display that wants all tiles joins, and "
                        + "one that wants those near a camera.",
                TilesLoad.TILES,
                PER_SECOND,
                plan.displays(),
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return List.of(
                P50,
                P99,
                GREATEST,
                RATE,
                DELIVERIES,
                OUTSIDE,
                MISSING,
                REFUSED,
                CPU,
                LATE,
                HEAP,
                HEAP_AFTER,
                RSS,
                JOIN_BYTES,
                JOIN_TIME,
                NEAR_BYTES,
                NEAR_TIME);
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        Map<String, Double> values = new LinkedHashMap<>();
        try (Trial trial = Trial.start(contender, folder);
                TilesLoad load = new TilesLoad(trial.port())) {
            load.displays(plan.displays());
            load.change(PER_SECOND, Math.max(1, plan.warmSeconds()));
            load.missing();
            values.put(HEAP.name(), mebibytes(Jcmd.heap(trial.pid(), 0).bytes()));
            load.begin();
            double cpu = ProcFs.cpuSeconds(trial.pid());
            long began = System.nanoTime();
            load.change(PER_SECOND, plan.windowSeconds());
            double seconds = (System.nanoTime() - began) / 1e9;
            values.put(CPU.name(), (ProcFs.cpuSeconds(trial.pid()) - cpu) / seconds * 100);
            values.put(RATE.name(), load.changes / seconds);
            values.put(DELIVERIES.name(), load.deliveries / seconds);
            values.put(MISSING.name(), (double) load.missing());
            values.put(OUTSIDE.name(), (double) load.outside);
            values.put(REFUSED.name(), (double) load.refused);
            values.put(P50.name(), (double) load.latency.quantile(0.5));
            values.put(P99.name(), (double) load.latency.quantile(0.99));
            values.put(GREATEST.name(), (double) load.latency.greatest());
            values.put(LATE.name(), (double) load.lateness.quantile(0.99));
            values.put(RSS.name(), mebibytes(ProcFs.memory(trial.pid()).rss()));
            values.put(HEAP_AFTER.name(), mebibytes(Jcmd.heap(trial.pid(), 0).bytes()));
            TilesLoad.Joined all = load.join(false);
            values.put(JOIN_BYTES.name(), all.bytes() / 1024.0);
            values.put(JOIN_TIME.name(), all.millis());
            TilesLoad.Joined near = load.join(true);
            values.put(NEAR_BYTES.name(), near.bytes() / 1024.0);
            values.put(NEAR_TIME.name(), near.millis());
        }
        return Run.of(contender, round, values);
    }

    private static double mebibytes(long bytes) {
        return bytes / 1048576.0;
    }
}
