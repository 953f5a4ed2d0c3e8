package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What it costs a fan-out that all other inputs and outputs are configured and have nothing to do.
 *
 * @param freeDOut where a target of tracking out sends a camera that stands still, and so on
 */
record InputsScenario(List<Contender> contenders, int freeDOut, int openTrackIoOut, Plan plan) implements Scenario {
    private static final int HERTZ = 60;
    private static final double GOAL = 1.03;
    private static final String CONFIGURED = "all inputs and outputs";
    private static final String ALONE = "without them";

    private static final String PREFIX = "org.geometryos.compositor.";
    private static final String REPLAY = "bench-replay";
    /** Sources that the host has to know; without a look at them, what is not in force would cost nothing. */
    private static final List<String> SOURCES =
            List.of("bench-mqtt", "bench-osc", "bench-freed", "bench-opentrackio", REPLAY);

    private static final String STILL =
            "{\"type\":\"camera\",\"camera\":\"still\",\"time\":%d,\"view\":{\"kind\":\"3d\","
                    + "\"position\":[0,1.7,4],\"orientation\":[0,0,0,1],"
                    + "\"projection\":{\"type\":\"perspective\",\"yfov\":0.785,\"znear\":0.1}}}\n";
    private static final long HOUR_MICROS = 3_600_000_000L;

    private static final long LIMIT_MILLIS = 20_000;
    private static final long POLL_MILLIS = 100;

    private static final Metric CPU = Metric.goal("server CPU", "% of a core", GOAL);
    private static final Metric PER_CPU = Metric.more("deliveries per CPU second", "1/s");
    private static final Metric P99 = Metric.less("p99", "µs");
    private static final Metric REST = Metric.fact("server CPU while nothing moves", "% of a core");
    private static final Metric COMPLETE = Metric.fact("delivered of what was due", "%");
    private static final Metric OTHERS = Metric.fact("CPU of all else", "% of a core");

    /** @param distribution gets receivers on ports that are free now */
    static InputsScenario of(Path distribution, Plan plan) {
        int freeDOut = udpPort();
        int openTrackIoOut = udpPort();
        // a further input or output is a further file here, and if it is a source a further name above
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "mqtt~bench-mqtt",
                "url = mqtt://127.0.0.1:" + closedPort() + "\nin = rig/+ -> {1}\n"
                        + "out = * -> compositor/cameras/{camera} rate=10\n"
                        + "events = control, presence, scene, removed\n");
        settings.put("osc~bench-osc", "port = " + udpPort() + "\n");
        settings.put("camera.tracking.freed~bench-freed", "port = " + udpPort() + "\ncamera = freed-{id}\n");
        settings.put("camera.tracking.opentrackio~bench-opentrackio", "port = " + udpPort() + "\ncamera = oti-{id}\n");
        settings.put("tracking.out.freed~bench-freed-out", target(freeDOut));
        settings.put("tracking.out.opentrackio~bench-opentrackio-out", target(openTrackIoOut));
        settings.put("camera.replay~" + REPLAY, "file = still.jsonl\n");
        Map<String, String> files = new HashMap<>();
        settings.forEach((pid, text) -> files.put(PREFIX + pid + ".cfg", text));
        return new InputsScenario(
                List.of(
                        new Contender.Product(CONFIGURED, distribution, files, Map.of()),
                        new Contender.Product(ALONE, distribution, Map.of(), Map.of())),
                freeDOut,
                openTrackIoOut,
                plan);
    }

    private static String target(int port) {
        return "camera = still\naddress = 127.0.0.1\nport = " + port + "\n";
    }

    static int udpPort() {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("there is no free UDP port: " + e.getMessage(), e);
        }
    }

    /** Of a broker that is away. */
    private static int closedPort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("there is no free TCP port: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "inputs";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "One camera at %d Hz, %,d displays that get every update. Once with these configured, and nothing for "
                        + "them to do: MQTT in and out with a broker that is away, OSC, receivers of FreeD and OpenTrackIO to "
                        + "which nobody sends, targets of both for a camera that stands still, a replay that is "
                        + "paused. Once with none of them configured. %d s after %d s of the same load.",
                HERTZ,
                plan.displays(),
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return List.of(CPU, PER_CPU, P99, REST, COMPLETE, OTHERS);
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        recordStill(folder);
        try (DatagramSocket freeD = new DatagramSocket(freeDOut, InetAddress.getLoopbackAddress());
                DatagramSocket openTrackIo = new DatagramSocket(openTrackIoOut, InetAddress.getLoopbackAddress());
                Trial trial = Trial.start(contender, folder)) {
            if (contender.name().equals(CONFIGURED)) {
                makeIdle(trial);
                await(freeD);
                await(openTrackIo);
            }
            trial.displays(plan.displays(), "every");
            trial.sources(1);
            Trial.Window window = trial.open(1, HERTZ, plan.warmSeconds(), plan.windowSeconds());
            Trial.Window rest = trial.rest(plan.windowSeconds());
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(CPU.name(), window.corePercent());
            values.put(PER_CPU.name(), window.perCpuSecond());
            values.put(P99.name(), (double) window.latency().p99());
            values.put(REST.name(), rest.corePercent());
            values.put(COMPLETE.name(), 100 * window.complete());
            values.put(OTHERS.name(), window.otherCpu() / window.seconds() * 100);
            return Run.of(contender, round, values);
        }
    }

    /** Puts the recording {@code still.jsonl} into the data folder of a trial: an hour of a 3D camera that stands. */
    static void recordStill(Path folder) throws IOException {
        Path recordings = Files.createDirectories(folder.resolve("data/recordings"));
        Files.writeString(
                recordings.resolve("still.jsonl"), String.format(STILL, 0) + String.format(STILL, HOUR_MICROS));
    }

    /** Waits until all are there and the replay has moved its camera, which is what is sent, and pauses it. */
    private static void makeIdle(Trial trial) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT_MILLIS * 1_000_000;
        String missing;
        do {
            Thread.sleep(POLL_MILLIS);
            missing = missing(trial.get("/compositor/admin/state"));
        } while (!missing.isEmpty() && System.nanoTime() - end < 0);
        if (!missing.isEmpty()) {
            throw new IOException("the host did not know " + missing + " within " + LIMIT_MILLIS + " ms");
        }
        String paused = trial.post("/compositor/recordings/" + REPLAY, "{\"action\":\"pause\"}");
        if (!paused.contains("\"status\":\"paused\"")) {
            throw new IOException("the replay is not paused: " + paused);
        }
    }

    /** What a state of the host has not; empty if it has all. */
    private static String missing(String state) {
        for (String source : SOURCES) {
            if (!Pattern.compile("\"(source|name|id)\":\"" + source + "\"")
                    .matcher(state)
                    .find()) {
                return "the source " + source;
            }
        }
        return state.contains("\"still\"") ? "" : "the camera still";
    }

    private static void await(DatagramSocket target) throws IOException {
        target.setSoTimeout((int) LIMIT_MILLIS);
        try {
            target.receive(new DatagramPacket(new byte[1], 1));
        } catch (SocketTimeoutException e) {
            throw new IOException(
                    "nothing was sent to port " + target.getLocalPort() + " within " + LIMIT_MILLIS + " ms");
        }
    }
}
