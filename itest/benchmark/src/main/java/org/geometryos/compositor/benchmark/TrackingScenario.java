package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** From the UDP packet of a camera tracking system to the sockets of displays. */
record TrackingScenario(Contender.Product bridge, int port, Plan plan) implements Scenario {
    private static final int TRACKERS = 10;
    private static final int HERTZ = 100;
    private static final String ONE = "one camera each: ";
    private static final String ALL = "all cameras: ";

    /** @param distribution gets a receiver on a port that is free now */
    static TrackingScenario of(Path distribution, Plan plan) {
        int port;
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("there is no free UDP port: " + e.getMessage(), e);
        }
        return new TrackingScenario(
                new Contender.Product(
                        "bridge",
                        distribution,
                        Map.of(
                                "org.geometryos.compositor.camera.tracking.opentrackio~bench.cfg",
                                "port = " + port + "\ncamera = bench/{id}\nutcOffset = 0\n"),
                        Map.of()),
                port,
                plan);
    }

    @Override
    public String name() {
        return "tracking";
    }

    @Override
    public List<Contender> contenders() {
        return List.of(bridge);
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "%d trackers at %d Hz, each with a camera, send OpenTrackIO (JSON) by UDP to one receiver; %,d "
                        + "displays with `latest`, first "
                        + "each with one of the cameras, then each with all of them. Time from the sending of the "
                        + "packet, which is its sample time, until one of %d "
                        + "displays, spread evenly, has read the view. %d s after %d s of the same load.",
                TRACKERS,
                HERTZ,
                plan.displays(),
                TRACKERS * perCamera(Trial.PROBES),
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics = new ArrayList<>();
        for (String what : List.of(ONE, ALL)) {
            metrics.add(Metric.less(what + "p50", "µs"));
            metrics.add(Metric.less(what + "p99", "µs"));
            metrics.add(Metric.fact(what + "p99.9", "µs"));
            metrics.add(Metric.fact(what + "greatest", "µs"));
            metrics.add(Metric.fact(what + "delivered", "%"));
            metrics.add(Metric.fact(what + "throughput", "deliveries/s"));
            metrics.add(Metric.fact(what + "server CPU", "% of a core"));
            metrics.add(Metric.fact(what + "generator CPU", "% of a core"));
            metrics.add(Metric.fact(what + "generator late, p99", "µs"));
        }
        return metrics;
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        Map<String, Double> values = new LinkedHashMap<>();
        try (Trial trial = Trial.start(contender, Files.createDirectory(folder.resolve("one")))) {
            for (int tracker = 1; tracker <= TRACKERS; tracker++) {
                trial.displays(
                        perCamera(plan.displays()),
                        Math.min(perCamera(Trial.PROBES), perCamera(plan.displays())),
                        Trial.subscribed("latest", "bench/" + tracker));
            }
            put(values, ONE, trial, TRACKERS);
        }
        try (Trial trial = Trial.start(contender, Files.createDirectory(folder.resolve("all")))) {
            trial.displays(plan.displays(), "latest");
            put(values, ALL, trial, 1);
        }
        return Run.of(contender, round, values);
    }

    private static int perCamera(int displays) {
        return Math.max(1, displays / TRACKERS);
    }

    /** @param share one in how many updates is for a display */
    private void put(Map<String, Double> values, String what, Trial trial, int share)
            throws IOException, InterruptedException {
        Trial.Window window = trial.tracked(TRACKERS, HERTZ, port, plan.warmSeconds(), plan.windowSeconds());
        values.put(what + "p50", (double) window.latency().p50());
        values.put(what + "p99", (double) window.latency().p99());
        values.put(what + "p99.9", (double) window.latency().p999());
        values.put(what + "greatest", (double) window.latency().greatest());
        values.put(what + "delivered", window.complete() * share * 100);
        values.put(what + "throughput", window.perSecond());
        values.put(what + "server CPU", window.corePercent());
        values.put(what + "generator CPU", window.loadCpu() / window.seconds() * 100);
        values.put(what + "generator late, p99", (double) window.lateness().p99());
    }
}
