package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How evenly packets of tracking leave at a fixed rate. */
record JitterScenario(List<Contender> contenders, int port, Plan plan) implements Scenario {
    private static final int HERTZ = 60;
    private static final double LIMIT_MICROS = 1_000;
    private static final long SILENCE_NANOS = 20_000_000_000L;
    private static final String PREFIX = "org.geometryos.compositor.";

    private static final Metric P50 = Metric.fact("off its time, p50", "µs");
    private static final Metric P99 = Metric.limit("off its time, p99", "µs", LIMIT_MICROS);
    private static final Metric GREATEST = Metric.fact("off its time, greatest", "µs");
    private static final Metric COMPLETE = Metric.fact("packets of what was due", "%");
    private static final Metric OTHERS = Metric.fact("CPU of all else", "% of a core");

    /** @param distribution sends to a port that is free now */
    static JitterScenario of(Path distribution, Plan plan) {
        int port = InputsScenario.udpPort();
        return new JitterScenario(
                List.of(
                        sender("FreeD", "freed", distribution, port),
                        sender("OpenTrackIO", "opentrackio", distribution, port)),
                port,
                plan);
    }

    private static Contender sender(String name, String kind, Path distribution, int port) {
        return new Contender.Product(
                name,
                distribution,
                Map.of(
                        PREFIX + "tracking.out." + kind + "~bench.cfg",
                        "camera = still\naddress = 127.0.0.1\nport = " + port + "\nrate = " + HERTZ + "\n",
                        PREFIX + "camera.replay~bench.cfg",
                        "file = still.jsonl\n"),
                Map.of());
    }

    @Override
    public String name() {
        return "jitter";
    }

    @Override
    public String conditions() {
        return String.format(
                Locale.ROOT,
                "A target of tracking for one camera at %d packets a second, of both formats, and nothing else. By how "
                        + "much each packet arrives at another moment than the even grid that lies nearest to all of "
                        + "them; the receiver polls its socket without a pause. %d s after %d s.",
                HERTZ,
                plan.windowSeconds(),
                plan.warmSeconds());
    }

    @Override
    public List<Metric> metrics() {
        return List.of(P50, P99, GREATEST, COMPLETE, OTHERS);
    }

    @Override
    public Run measure(Contender contender, int round, Path folder) throws IOException, InterruptedException {
        InputsScenario.recordStill(folder);
        try (DatagramChannel channel = DatagramChannel.open();
                Trial trial = Trial.start(contender, folder)) {
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            receive(channel, 1, System.nanoTime() + SILENCE_NANOS);
            trial.rest(plan.warmSeconds());
            discard(channel);
            int due = HERTZ * plan.windowSeconds();
            double all = ProcFs.machineSeconds();
            double server = ProcFs.cpuSeconds(trial.pid());
            double own = ProcFs.cpuSeconds(ProcessHandle.current().pid());
            long began = System.nanoTime();
            long[] arrivals = receive(channel, due, began + (plan.windowSeconds() + 1) * 1_000_000_000L);
            double seconds = (System.nanoTime() - began) / 1e9;
            double others = ProcFs.machineSeconds()
                    - all
                    - (ProcFs.cpuSeconds(trial.pid()) - server)
                    - (ProcFs.cpuSeconds(ProcessHandle.current().pid()) - own);
            double[] off = offGrid(arrivals);
            Map<String, Double> values = new LinkedHashMap<>();
            values.put(P50.name(), off[off.length / 2]);
            values.put(P99.name(), off[off.length * 99 / 100]);
            values.put(GREATEST.name(), off[off.length - 1]);
            values.put(COMPLETE.name(), 100.0 * arrivals.length / due);
            values.put(OTHERS.name(), Math.max(0, others) / seconds * 100);
            return Run.of(contender, round, values);
        }
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
