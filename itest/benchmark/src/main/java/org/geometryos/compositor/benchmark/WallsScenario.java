package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What it costs that displays belong to walls: their reports, and what is made of them. */
record WallsScenario(Path distribution, Plan plan) implements Scenario {
    private static final int HERTZ = 60;
    private static final int MEMBERS = 20;
    private static final double GOAL = 1.03;

    private static final String WALLS = "in walls";
    private static final String ALONE = "without walls";

    private static final String REPORT = "{\"type\":\"ping\",\"t0\":$now,\"report\":{\"wall\":\"bench-#/" + MEMBERS
            + "\",\"clock\":180,\"age\":{\"p50\":2100,\"p99\":7400},\"interval\":16667,\"frames\":60,\"late\":0,"
            + "\"at\":$now,\"shown\":$shown}}";

    private static final Metric CPU = Metric.goal("server CPU", "% of a core", GOAL);
    private static final Metric BESIDE = Metric.less("server CPU beside the broadcaster's", "% of a core");
    private static final Metric PER_CPU = Metric.more("deliveries per CPU second", "1/s");
    private static final Metric P99 = Metric.less("p99", "µs");
    private static final Metric BYTES = Metric.goal("message to a display", "B", 1.0001);
    private static final Metric COMPLETE = Metric.fact("delivered of what was due", "%");
    private static final Metric OTHERS = Metric.fact("CPU of all else", "% of a core");

    @Override
    public String name() {
        return "walls";
    }

    private int walls() {
        return Math.max(1, plan.displays() / MEMBERS);
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "One camera at %d Hz, %,d displays that get every update, once as members of %d walls that report as "
                        + "often as the server wants, once in no wall. %d s after %d s of the same load. The "
                        + "broadcaster's threads do the same in both, and most of the noise is theirs.",
                HERTZ,
                plan.displays(),
                walls(),
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return List.of(CPU, BESIDE, PER_CPU, P99, BYTES, COMPLETE, OTHERS);
    }

    @Override
    public List<Contender> contenders() {
        Map<String, String> configured = IntStream.range(0, walls())
                .boxed()
                .collect(Collectors.toMap(
                        wall -> "org.geometryos.compositor.wall~bench-" + wall + ".cfg", WallsScenario::wall));
        return List.of(
                new Contender.Product(WALLS, distribution, configured, Map.of()),
                new Contender.Product(ALONE, distribution, Map.of(), Map.of()));
    }

    /** Five by four screens. */
    private static String wall(int number) {
        return IntStream.range(0, MEMBERS)
                .mapToObj(i -> "bench-" + (number * MEMBERS + i) + " x=" + i % 5 * 1920 + " y=" + i / 5 * 1080
                        + " width=1920 height=1080")
                .collect(Collectors.joining(";", "width = 9600\nheight = 4320\nunit = px\nmembers = ", "\n"));
    }

    /** Without this a configuration that is not in force would cost nothing. */
    private void check(Trial trial) throws IOException {
        String known = trial.get("/compositor/walls");
        int found = known.split("\"wall\":\"bench-", -1).length - 1;
        if (found != walls()) {
            throw new IOException("the host knows " + found + " of " + walls() + " walls");
        }
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        try (Trial trial = Trial.start(contender, folder)) {
            String subscribe = "{\"type\":\"subscribe\",\"cameras\":[\"*\"],\"delivery\":\"every\"";
            if (contender.name().equals(WALLS)) {
                trial.displays(
                        plan.displays(),
                        List.of(Trial.HELLO, subscribe + ",\"walls\":[\"bench-#/" + MEMBERS + "\"]}"),
                        REPORT);
                check(trial);
            } else {
                trial.displays(plan.displays(), "every");
            }
            trial.sources(1);
            Trial.Window window = trial.open(1, HERTZ, plan.warmSeconds(), plan.windowSeconds());
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(CPU.name(), window.corePercent());
            values.put(BESIDE.name(), window.besidePercent());
            values.put(PER_CPU.name(), window.perCpuSecond());
            values.put(P99.name(), (double) window.latency().p99());
            values.put(BYTES.name(), (double) window.deliveryBytes() / window.deliveries());
            values.put(COMPLETE.name(), 100 * window.complete());
            values.put(OTHERS.name(), window.otherCpu() / window.seconds() * 100);
            return Run.of(contender, round, values);
        }
    }
}
