package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All displays come at once, as after a power cut. */
record StormScenario(List<Contender> contenders, Plan plan) implements Scenario {
    /** More than any backlog but the kernel's own; below what the bridge lets wait for the end of their header. */
    private static final int CROWD = 1000;

    private static final Metric TIME = Metric.less("time for all", "s");
    private static final Metric CPU = Metric.less("server CPU per display", "µs");
    private static final Metric CROWD_TIME = Metric.less("time for all, crowded", "s");
    private static final Metric CROWD_CPU = Metric.less("server CPU per display, crowded", "µs");

    @Override
    public String name() {
        return "storm";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "%,d displays connect to a server that was just started: handshake, `hello`, `welcome`, `subscribe`, "
                        + "`snapshot` "
                        + "(two answers as long as that from the peers). At most %d at a time; crowded: at most %,d, "
                        + "so that short backlogs overflow and the "
                        + "kernel repeats after a second.",
                plan.displays(),
                Batch.HANDSHAKES,
                CROWD);
    }

    @Override
    public List<Metric> metrics() {
        return List.of(TIME, CPU, CROWD_TIME, CROWD_CPU);
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        Map<String, Double> values = new LinkedHashMap<>();
        storm(contender, Files.createDirectory(folder.resolve("few")), Batch.HANDSHAKES, TIME, CPU, values);
        storm(contender, Files.createDirectory(folder.resolve("crowd")), CROWD, CROWD_TIME, CROWD_CPU, values);
        return Run.of(contender, round, values);
    }

    private void storm(
            Contender contender, Path folder, int handshakes, Metric time, Metric cpu, Map<String, Double> values)
            throws IOException, InterruptedException {
        try (Trial trial = Trial.start(contender, folder)) {
            Thread.sleep(plan.warmSeconds() * 1000L);
            double before = ProcFs.cpuSeconds(trial.pid());
            LoadReport report = trial.displays(plan.displays(), handshakes);
            values.put(time.name(), report.connectSeconds());
            values.put(cpu.name(), (ProcFs.cpuSeconds(trial.pid()) - before) / plan.displays() * 1e6);
        }
    }
}
