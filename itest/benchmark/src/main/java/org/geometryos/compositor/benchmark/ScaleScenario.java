package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** How the cost grows with displays, cameras and rate: a model from some points of a grid, checked at the others. */
record ScaleScenario(List<Contender> contenders, Plan plan) implements Scenario {
    /** Of the greatest number of displays. */
    private static final int[] PARTS = {100, 10, 2, 1};
    /** A point of the grid beyond it would measure the queue, not the work. */
    private static final int MOST_DELIVERIES = 150_000;

    private static final int[] TOLD_DISPLAYS = {100, 1000, 5000, 10_000};

    /** A camera's rate in Hz; {@code check}: not used for the model. */
    private record Speed(int cameras, int hertz, boolean check) {}

    private static final List<Speed> SPEEDS = List.of(
            new Speed(1, 5, false),
            new Speed(1, 10, true),
            new Speed(1, 20, false),
            new Speed(1, 30, true),
            new Speed(1, 60, false),
            new Speed(1, 120, true),
            new Speed(3, 30, true),
            new Speed(10, 10, false),
            new Speed(10, 30, true),
            new Speed(10, 60, false));

    private record GridPoint(int displays, Speed speed) {
        String name() {
            return String.format(Locale.ROOT, "%,d displays, %d x %d Hz", displays, speed.cameras, speed.hertz);
        }

        double updates() {
            return speed.cameras * (double) speed.hertz;
        }

        double[] quantities() {
            return ScaleScenario.quantities(displays, updates());
        }
    }

    /** What costs: that there is a load at all, each display, each update, each delivery; the latter two per second. */
    private static double[] quantities(double displays, double updates) {
        return new double[] {1, displays, updates, displays * updates};
    }

    private static String cpu(GridPoint point) {
        return point.name() + ": server CPU";
    }

    private static String p50(GridPoint point) {
        return point.name() + ": p50";
    }

    private static String p99(GridPoint point) {
        return point.name() + ": p99";
    }

    private static String complete(GridPoint point) {
        return point.name() + ": delivered";
    }

    private List<GridPoint> grid() {
        List<GridPoint> grid = new ArrayList<>();
        for (int part : PARTS) {
            int displays = Math.max(1, plan.displays() / part);
            for (Speed speed : SPEEDS) {
                GridPoint point = new GridPoint(displays, speed);
                if (displays * point.updates() <= MOST_DELIVERIES) {
                    grid.add(point);
                }
            }
        }
        return grid;
    }

    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "Displays, cameras and rates of a grid, as far as at most %,d deliveries a second are due; every "
                        + "display gets every update. "
                        + "%d s each after %d s of the same load.",
                MOST_DELIVERIES,
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        for (GridPoint point : grid()) {
            metrics.add(Metric.fact(cpu(point), "% of a core"));
            metrics.add(Metric.fact(p50(point), "µs"));
            metrics.add(Metric.fact(p99(point), "µs"));
            metrics.add(Metric.fact(complete(point), "%"));
        }
        return metrics;
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        Map<String, Double> values = new LinkedHashMap<>();
        int most = SPEEDS.stream().mapToInt(Speed::cameras).max().orElseThrow();
        for (int part : PARTS) {
            int displays = Math.max(1, plan.displays() / part);
            try (Trial trial = Trial.start(contender, Files.createDirectory(folder.resolve("" + part)))) {
                trial.displays(displays, "every");
                trial.sources(most);
                for (GridPoint point : grid()) {
                    if (point.displays != displays) {
                        continue;
                    }
                    Trial.Window window = trial.open(
                            point.speed.cameras, point.speed.hertz, plan.warmSeconds(), plan.windowSeconds());
                    values.put(cpu(point), window.corePercent());
                    values.put(p50(point), (double) window.latency().p50());
                    values.put(p99(point), (double) window.latency().p99());
                    values.put(complete(point), window.complete() * 100);
                }
            }
        }
        return Run.of(contender, round, values);
    }

    private Fit fit(Report report) {
        List<Fit.Point> points = new ArrayList<>();
        for (GridPoint point : grid()) {
            OptionalDouble cpu = report.median(cpu(point), contenders.get(0).name());
            if (!point.speed.check && cpu.isPresent() && cpu.getAsDouble() > 0) {
                points.add(new Fit.Point(point.quantities(), cpu.getAsDouble() / 100));
            }
        }
        return Fit.of(points);
    }

    @Override
    public String findings(Report report) {
        Fit fit = fit(report);
        String bridge = contenders.get(0).name();
        StringBuilder text = new StringBuilder();
        Report.line(
                text,
                "Model, fitted to the points that are not marked as checks: CPU seconds per second = %.4f + %.2f µs "
                        + "x displays + %.1f µs x updates/s "
                        + "+ %.3f µs x deliveries/s.",
                fit.costs()[0],
                fit.costs()[1] * 1e6,
                fit.costs()[2] * 1e6,
                fit.costs()[3] * 1e6);
        Report.line(text, "");
        Report.line(
                text,
                "| displays | cameras x Hz | deliveries/s | CPU, %% of a core | model | off | p50, ms | p99, ms | |");
        Report.line(text, "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        List<Double> errors = new ArrayList<>();
        for (GridPoint point : grid()) {
            OptionalDouble cpu = report.median(cpu(point), bridge);
            if (cpu.isEmpty()) {
                continue;
            }
            double predicted = fit.predict(point.quantities()) * 100;
            double error = predicted / cpu.getAsDouble() - 1;
            if (point.speed.check) {
                errors.add(Math.abs(error) * 100);
            }
            Report.line(
                    text,
                    "| %,d | %d x %d | %,.0f | %.1f | %.1f | %+.0f %% | %.2f | %.2f | %s |",
                    point.displays,
                    point.speed.cameras,
                    point.speed.hertz,
                    point.displays * point.updates(),
                    cpu.getAsDouble(),
                    predicted,
                    error * 100,
                    report.median(p50(point), bridge).orElseThrow() / 1000,
                    report.median(p99(point), bridge).orElseThrow() / 1000,
                    point.speed.check ? "check" : "");
        }
        Report.line(text, "");
        if (!errors.isEmpty()) {
            Spread off = Spread.of(errors);
            Report.line(
                    text,
                    "At the points that the model had not seen it is off by %.0f %% (median; %.0f to %.0f %%).",
                    off.median(),
                    off.minimum(),
                    off.maximum());
            Report.line(text, "");
        }
        int cores = report.machine().cores();
        Report.line(
                text,
                "Where it ends, by the model, in updates a second over all cameras that every display gets: one "
                        + "core, as the default of one writer thread "
                        + "needs for the most part; %d cores with a writer on each, at most, with nothing left for "
                        + "anybody else. Beyond that the cluster has to begin.",
                cores);
        Report.line(text, "");
        Report.line(text, "| displays | one core | %d cores | 60 Hz cameras on one core |", cores);
        Report.line(text, "| ---: | ---: | ---: | ---: |");
        for (int displays : TOLD_DISPLAYS) {
            double one = updates(fit, displays, 1);
            Report.line(text, "| %,d | %,.0f | %,.0f | %.1f |", displays, one, updates(fit, displays, cores), one / 60);
        }
        return text.toString();
    }

    /** Updates per second that so many cores carry. */
    private static double updates(Fit fit, int displays, int cores) {
        double left = cores - fit.predict(quantities(displays, 0));
        return Math.max(0, left / (fit.costs()[2] + fit.costs()[3] * displays));
    }

    @Override
    public Map<String, String> plots(Report report) {
        Fit fit = fit(report);
        String bridge = contenders.get(0).name();
        List<Plot.Line> cost = new ArrayList<>();
        List<Plot.Line> late = new ArrayList<>();
        for (Speed speed : SPEEDS) {
            List<Plot.Point> measured = new ArrayList<>();
            List<Plot.Point> predicted = new ArrayList<>();
            List<Plot.Point> p99 = new ArrayList<>();
            for (GridPoint point : grid()) {
                OptionalDouble cpu = report.median(cpu(point), bridge);
                if (point.speed.equals(speed) && cpu.isPresent()) {
                    measured.add(new Plot.Point(point.displays, cpu.getAsDouble()));
                    predicted.add(new Plot.Point(point.displays, fit.predict(point.quantities()) * 100));
                    p99.add(new Plot.Point(
                            point.displays, report.median(p99(point), bridge).orElseThrow() / 1000));
                }
            }
            if (!speed.check) {
                String name = speed.cameras + " x " + speed.hertz + " Hz";
                cost.add(new Plot.Line(name, measured, predicted));
                late.add(new Plot.Line(name, p99, List.of()));
            }
        }
        return Map.of(
                "cost",
                Plot.lines("Server CPU, % of a core (log); dashed: the model", "displays (log)", cost),
                "latency",
                Plot.lines("Latency p99, ms (log)", "displays (log)", late));
    }
}
