package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An update costs the subscribers of its camera, not all displays. */
record SubscribersScenario(List<Contender> contenders, Plan plan) implements Scenario {
    private static final int FEW = 10;
    private static final double PER_SECOND = 2000;
    private static final double GOAL = 1.2;

    private static final Metric AMONG_FEW = Metric.fact("server CPU per update among few", "µs");
    private static final Metric AMONG_MANY = Metric.fact("server CPU per update among many", "µs");
    private static final Metric RATIO = Metric.limit("many against few", "times", GOAL);
    private static final Metric REST = Metric.fact("server CPU among many without updates", "% of a core");

    @Override
    public String name() {
        return "subscribers";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "A camera with one subscriber at %,.0f updates/s; all other displays are subscribed to another "
                        + "camera, which stands still: "
                        + "%d displays in all, and %,d. Server CPU per update is that of %d s with updates, less "
                        + "that of as long without, after %d s.",
                PER_SECOND,
                FEW,
                plan.displays(),
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return List.of(AMONG_FEW, AMONG_MANY, RATIO, REST);
    }

    private record Cost(double microsPerUpdate, double restPercent) {}

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        Cost few = among(contender, FEW, Files.createDirectory(folder.resolve("few")));
        Cost many = among(contender, plan.displays(), Files.createDirectory(folder.resolve("many")));
        Map<String, Double> values = new LinkedHashMap<>();
        values.put(AMONG_FEW.name(), few.microsPerUpdate);
        values.put(AMONG_MANY.name(), many.microsPerUpdate);
        values.put(RATIO.name(), many.microsPerUpdate / few.microsPerUpdate);
        values.put(REST.name(), many.restPercent);
        return Run.of(contender, round, values);
    }

    private Cost among(Contender contender, int displays, Path folder) throws IOException, InterruptedException {
        try (Trial trial = Trial.start(contender, folder)) {
            trial.displays(displays - 1, 0, Trial.subscribed("every", "bench/still"));
            trial.displays(1, 1, Trial.subscribed("every", "bench/0"));
            trial.sources(1);
            // what is compiled on the way is so before both windows
            trial.open(1, PER_SECOND, plan.warmSeconds(), 1);
            Trial.Window rest = trial.rest(plan.windowSeconds());
            Trial.Window busy = trial.open(1, PER_SECOND, 1, plan.windowSeconds());
            if (busy.deliveries() == 0) {
                throw new IOException("none of " + busy.updates() + " updates reached the one subscriber");
            }
            return new Cost(
                    (busy.cpu() / busy.seconds() - rest.cpu() / rest.seconds())
                            / (busy.updates() / busy.seconds())
                            * 1e6,
                    rest.corePercent());
        }
    }
}
