package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** What a display takes of the server's memory, at rest and while a camera moves. */
record MemoryScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final int HERTZ = 60;
    private static final int EMPTY_SECONDS = 3;

    private static final Metric EMPTY_RSS = Metric.less("RSS without displays", "MiB");
    private static final Metric IDLE_RSS = Metric.less("RSS per idle display", "KiB");
    private static final Metric IDLE_HEAP = Metric.less("live heap per idle display", "KiB");
    private static final Metric BUSY_RSS = Metric.less("RSS per busy display", "KiB");
    private static final Metric BUSY_HEAP = Metric.less("live heap per busy display", "KiB");
    private static final Metric EMPTY_NATIVE = Metric.fact("native, without displays", "MiB");
    private static final Metric BUSY_NATIVE = Metric.fact("native per busy display", "KiB");

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "%,d displays that have subscribed; idle: nothing moves, busy: during %d s of one camera at %d Hz. "
                        + "The difference to "
                        + "the server without displays, divided by their number. RSS as the process runs, with what "
                        + "the collector has not cleaned up; live heap "
                        + "after a full collection; native: what the JVM itself counts outside the heap "
                        + "(NativeMemoryTracking, which is on for this scenario "
                        + "and takes some memory of its own). Not in it: the kernel's socket buffers.",
                plan.displays(),
                Trial.FIRST_TIMES * plan.warmSeconds() + plan.windowSeconds(),
                HERTZ);
    }

    @Override
    public List<Metric> metrics() {
        return List.of(EMPTY_RSS, IDLE_RSS, IDLE_HEAP, BUSY_RSS, BUSY_HEAP, EMPTY_NATIVE, BUSY_NATIVE);
    }

    private record State(long rss, OptionalLong heap, OptionalLong outside) {
        /** RSS first: counting the heap collects it. */
        static State of(Contender contender, Trial trial) throws IOException, InterruptedException {
            long rss = ProcFs.memory(trial.pid()).rss();
            if (!contender.java()) {
                return new State(rss, OptionalLong.empty(), OptionalLong.empty());
            }
            OptionalLong outside = Jcmd.outsideHeap(trial.pid());
            return new State(rss, OptionalLong.of(Jcmd.heap(trial.pid(), 0).bytes()), outside);
        }
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        try (Trial trial = Trial.start(contender, folder)) {
            Thread.sleep(EMPTY_SECONDS * 1000L);
            State empty = State.of(contender, trial);
            trial.displays(plan.displays(), "latest");
            trial.sources(1);
            Thread.sleep(plan.warmSeconds() * 1000L);
            State idle = State.of(contender, trial);
            trial.open(1, HERTZ, plan.warmSeconds(), plan.windowSeconds());
            State busy = State.of(contender, trial);

            Map<String, Double> values = new LinkedHashMap<>();
            values.put(EMPTY_RSS.name(), empty.rss / 1048576.0);
            values.put(IDLE_RSS.name(), perDisplay(idle.rss - empty.rss));
            values.put(BUSY_RSS.name(), perDisplay(busy.rss - empty.rss));
            if (empty.heap.isPresent()) {
                values.put(IDLE_HEAP.name(), perDisplay(idle.heap.getAsLong() - empty.heap.getAsLong()));
                values.put(BUSY_HEAP.name(), perDisplay(busy.heap.getAsLong() - empty.heap.getAsLong()));
            }
            if (empty.outside.isPresent()) {
                values.put(EMPTY_NATIVE.name(), empty.outside.getAsLong() / 1048576.0);
                values.put(BUSY_NATIVE.name(), perDisplay(busy.outside.getAsLong() - empty.outside.getAsLong()));
            }
            return Run.of(contender, round, values);
        }
    }

    private double perDisplay(long bytes) {
        return bytes / 1024.0 / plan.displays();
    }
}
