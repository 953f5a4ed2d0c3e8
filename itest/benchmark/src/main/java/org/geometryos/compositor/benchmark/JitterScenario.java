package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** How evenly packets of tracking leave at a fixed rate. */
record JitterScenario(List<Contender> contenders, Map<String, Integer> ports, Plan plan) implements Scenario {
    private static final int HERTZ = 60;
    private static final double LIMIT_MICROS = 1_000;
    private static final long SILENCE_NANOS = 20_000_000_000L;
    private static final String PREFIX = "org.geometryos.compositor.";

    private static final List<String> FORMATS = List.of("FreeD", "OpenTrackIO");
    private static final String P50 = ": off its time, p50";
    private static final String P99 = ": off its time, p99";
    private static final String GREATEST = ": off its time, greatest";
    private static final String COMPLETE = ": packets of what was due";
    private static final String OTHERS = ": CPU of all else";

    /** @param distribution sends to ports that are free now */
    static JitterScenario of(Path distribution, Plan plan) {
        Map<String, Integer> ports = new LinkedHashMap<>();
        Map<String, String> files = new HashMap<>();
        files.put(PREFIX + "camera.replay~bench.cfg", "file = still.jsonl\n");
        for (String format : FORMATS) {
            int port = InputsScenario.udpPort();
            ports.put(format, port);
            files.put(
                    PREFIX + "tracking.out." + format.toLowerCase(Locale.ROOT) + "~bench.cfg",
                    "camera = still\naddress = 127.0.0.1\nport = " + port + "\nrate = " + HERTZ + "\n");
        }
        return new JitterScenario(List.of(new Contender.Product("bridge", distribution, files, Map.of())), ports, plan);
    }

    @Override
    public String name() {
        return "jitter";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "Two targets of tracking for one camera at %d packets a second, one of each format, and nothing else. By "
                        + "how much each packet arrives at another moment than the even grid through their median; "
                        + "the receiver polls its socket without a pause. %d s of each, after %d s.",
                HERTZ,
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return FORMATS.stream()
                .flatMap(format -> Stream.of(
                        Metric.fact(format + P50, "µs"),
                        Metric.limit(format + P99, "µs", LIMIT_MICROS),
                        Metric.fact(format + GREATEST, "µs"),
                        Metric.fact(format + COMPLETE, "%"),
                        Metric.fact(format + OTHERS, "% of a core")))
                .toList();
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        InputsScenario.recordStill(folder);
        Map<String, Double> values = new LinkedHashMap<>();
        try (Trial trial = Trial.start(contender, folder)) {
            for (Map.Entry<String, Integer> target : ports.entrySet()) {
                try (DatagramChannel channel = DatagramChannel.open()) {
                    channel.configureBlocking(false);
                    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.getValue()));
                    measure(target.getKey(), channel, trial, values);
                }
            }
        }
        return Run.of(contender, round, values);
    }

    private void measure(String format, DatagramChannel channel, Trial trial, Map<String, Double> values)
            throws IOException, InterruptedException {
        receive(channel, 1, System.nanoTime() + SILENCE_NANOS);
        trial.rest(plan.warmSeconds());
        discard(channel);
        int due = HERTZ * plan.windowSeconds();
        double othersBefore = others(trial);
        long began = System.nanoTime();
        long[] arrivals = receive(channel, due, began + (plan.windowSeconds() + 1) * 1_000_000_000L);
        double seconds = (System.nanoTime() - began) / 1e9;
        double[] off = offGrid(arrivals);
        values.put(format + P50, off[off.length / 2]);
        values.put(format + P99, off[off.length * 99 / 100]);
        values.put(format + GREATEST, off[off.length - 1]);
        values.put(format + COMPLETE, 100.0 * arrivals.length / due);
        values.put(format + OTHERS, Math.max(0, others(trial) - othersBefore) / seconds * 100);
    }

    /** Seconds of CPU that neither the product nor this process has taken. */
    private static double others(Trial trial) throws IOException {
        return ProcFs.machineSeconds()
                - ProcFs.cpuSeconds(trial.pid())
                - ProcFs.cpuSeconds(ProcessHandle.current().pid());
    }

    /** What has arrived meanwhile. */
    private static void discard(DatagramChannel channel) throws IOException {
        ByteBuffer packet = ByteBuffer.allocate(2_048);
        while (channel.receive(packet) != null) {
            packet.clear();
        }
    }

    /** When so many packets arrived, nanoseconds; fewer if the time is over before. */
    private static long[] receive(DatagramChannel channel, int count, long until) throws IOException {
        ByteBuffer packet = ByteBuffer.allocate(2_048);
        long[] arrivals = new long[count];
        int n = 0;
        while (n < count) {
            packet.clear();
            long now;
            while (channel.receive(packet) == null) {
                now = System.nanoTime();
                if (now - until > 0) {
                    if (n == 0) {
                        throw new IOException("no packet came");
                    }
                    return Arrays.copyOf(arrivals, n);
                }
                Thread.onSpinWait();
            }
            arrivals[n++] = System.nanoTime();
        }
        return arrivals;
    }

    /** How far each arrival is from an even grid of the rate through their median, microseconds, ascending. */
    static double[] offGrid(long[] arrivals) {
        double period = 1e9 / HERTZ;
        double[] phases = new double[arrivals.length];
        for (int i = 0; i < arrivals.length; i++) {
            double since = arrivals[i] - arrivals[0];
            phases[i] = since - Math.rint(since / period) * period;
        }
        double[] sorted = phases.clone();
        Arrays.sort(sorted);
        double middle = sorted[sorted.length / 2];
        return Arrays.stream(phases)
                .map(phase -> Math.abs(phase - middle) / 1_000)
                .sorted()
                .toArray();
    }
}
