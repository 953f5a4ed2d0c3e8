package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Displays that are connected and have nothing to show: what each costs in CPU and memory. */
record IdleScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final List<String> HELLO = List.of("{\"type\":\"hello\",\"display\":\"idle-#\"}");
    private static final int EMPTY_SECONDS = 5;
    private static final int TOP_CLASSES = 30;
    private static final double GOAL = 1.2;

    private static final Metric CPU = Metric.goal("CPU per display", "µs/s", GOAL);
    private static final Metric RSS = Metric.goal("RSS per display", "KiB", GOAL);
    private static final Metric PSS = Metric.goal("PSS per display", "KiB", GOAL);
    private static final Metric HEAP = Metric.goal("live heap per display", "KiB", GOAL);
    private static final Metric CORES = Metric.fact("CPU in all", "% of a core");
    private static final Metric EMPTY_RSS = Metric.fact("RSS without displays", "MiB");
    private static final Metric CONNECT = Metric.fact("time to connect all", "s");
    private static final Metric TEXTS = Metric.fact("messages received", "1/s");
    private static final Metric BYTES = Metric.fact("bytes of a message", "B");
    private static final Metric PINGS = Metric.fact("pings received", "1/s");

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "%,d displays, connected and greeted, without a subscription; each gets a heartbeat and a ping every "
                        + "10 s. "
                        + "CPU over %d s, %d s after the last one had connected.",
                plan.displays(),
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return List.of(CPU, RSS, PSS, HEAP, CORES, EMPTY_RSS, CONNECT, TEXTS, BYTES, PINGS);
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        int displays = plan.displays();
        try (Server server = contender.start(folder);
                Load load = Load.start(server.port(), Trial.SUBPROTOCOL, folder)) {
            Thread.sleep(EMPTY_SECONDS * 1000L);
            ProcFs.Memory empty = ProcFs.memory(server.pid());
            Jcmd.Heap emptyHeap = Jcmd.heap(server.pid(), 0);

            LoadReport connected = load.connect(
                    new Batch(Batch.Kind.DISPLAY, displays, displays, "/compositor", HELLO, 1, Batch.HANDSHAKES));
            Thread.sleep(plan.warmSeconds() * 1000L);

            LoadReport before = load.report();
            Map<Long, Double> threadsBefore = ProcFs.threadSeconds(server.pid());
            double cpuBefore = ProcFs.cpuSeconds(server.pid());
            long began = System.nanoTime();
            Thread.sleep(plan.windowSeconds() * 1000L);
            double cpu = ProcFs.cpuSeconds(server.pid()) - cpuBefore;
            double seconds = (System.nanoTime() - began) / 1e9;
            Map<Long, Double> threadsAfter = ProcFs.threadSeconds(server.pid());
            LoadReport after = load.report();

            double loadAverage = ProcFs.loadAverage();
            ProcFs.Memory full = ProcFs.memory(server.pid());
            Map<Long, String> names = Jcmd.threadNames(server.pid());
            Jcmd.Heap fullHeap = Jcmd.heap(server.pid(), TOP_CLASSES);

            long texts = after.texts() - before.texts();
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(CPU.name(), cpu / seconds / displays * 1e6);
            values.put(RSS.name(), (full.rss() - empty.rss()) / 1024.0 / displays);
            values.put(PSS.name(), (full.pss() - empty.pss()) / 1024.0 / displays);
            values.put(HEAP.name(), (fullHeap.bytes() - emptyHeap.bytes()) / 1024.0 / displays);
            values.put(CORES.name(), cpu / seconds * 100);
            values.put(EMPTY_RSS.name(), empty.rss() / 1048576.0);
            values.put(CONNECT.name(), connected.connectSeconds());
            values.put(TEXTS.name(), texts / seconds);
            values.put(BYTES.name(), (double) (after.textBytes() - before.textBytes()) / texts);
            values.put(PINGS.name(), (after.pings() - before.pings()) / seconds);
            return new Run(
                    contender.name(),
                    round,
                    values,
                    Run.ThreadShare.of(threadsBefore, threadsAfter, names, seconds),
                    fullHeap.largest(),
                    loadAverage,
                    "");
        }
    }
}
