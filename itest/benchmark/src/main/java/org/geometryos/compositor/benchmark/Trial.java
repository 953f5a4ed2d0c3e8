package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** One server with its displays and sources. One thread at a time. */
final class Trial implements AutoCloseable {
    static final String SUBPROTOCOL = Form.JSON.subprotocol;
    /** How many displays are read at once and give the latency. */
    static final int PROBES = 50;

    private static final String DISPLAYS = "/compositor";
    static final String HELLO = "{\"type\":\"hello\",\"display\":\"bench-#\"}";
    /** To each of hello and subscribe there is one answer: {@code welcome}, {@code snapshot}. */
    private static final int ANSWERS = 2;

    private static final long SETTLE_MILLIS = 5000;
    /** Longer than a sweep of the load generator. */
    private static final double POLL_MILLIS = 50;

    private static final double POLL_MILLIS_PER_DISPLAY = 0.03;
    private static final int STILL = 3;
    /** How much longer the load runs before the first window of a trial. */
    static final int FIRST_TIMES = 3;
    /** Of the names of the threads that write the stream, what Linux knows. */
    private static final String BROADCASTER = "compositor-broa";

    private final Contender contender;
    private final Server server;
    private final Load load;
    private int displays;
    private boolean warm;

    private Trial(Contender contender, Server server, Load load) {
        this.contender = contender;
        this.server = server;
        this.load = load;
    }

    /** @param folder empty, for what the processes write */
    static Trial start(Contender contender, Path folder) throws IOException, InterruptedException {
        Server server = contender.start(folder);
        try {
            return new Trial(contender, server, contender.load(server, folder));
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /** What a display says to get the updates of cameras. @param delivery {@code every} or {@code latest} */
    static List<String> subscribed(String delivery, String cameras) {
        return List.of(
                HELLO, "{\"type\":\"subscribe\",\"cameras\":[\"" + cameras + "\"],\"delivery\":\"" + delivery + "\"}");
    }

    /** Connects displays that get the updates of all cameras. */
    LoadReport displays(int count, String delivery) throws IOException, InterruptedException {
        return displays(count, Math.min(PROBES, count), subscribed(delivery, "*"));
    }

    LoadReport displays(int count, int probes, List<String> greetings) throws IOException, InterruptedException {
        return displays(count, probes, greetings, Batch.HANDSHAKES);
    }

    /** Connects displays that get the newest updates of all cameras. @param handshakes how many at a time, at most */
    LoadReport displays(int count, int handshakes) throws IOException, InterruptedException {
        return displays(count, Math.min(PROBES, count), subscribed("latest", "*"), handshakes);
    }

    private LoadReport displays(int count, int probes, List<String> greetings, int handshakes)
            throws IOException, InterruptedException {
        displays += count;
        return load.connect(new Batch(Batch.Kind.DISPLAY, count, probes, DISPLAYS, greetings, ANSWERS, handshakes));
    }

    /** Connects displays, each of which sends something once a second. @param repeated as in {@link Batch#repeated} */
    LoadReport displays(int count, List<String> greetings, String repeated) throws IOException, InterruptedException {
        displays += count;
        return load.connect(new Batch(
                Batch.Kind.DISPLAY,
                count,
                Math.min(PROBES, count),
                DISPLAYS,
                greetings,
                ANSWERS,
                Batch.HANDSHAKES,
                repeated,
                1000));
    }

    /** Connects displays like the others, but that read nothing once they are there. */
    void slow(int count, String delivery) throws IOException, InterruptedException {
        load.connect(
                new Batch(Batch.Kind.SLOW, count, 0, DISPLAYS, subscribed(delivery, "*"), ANSWERS, Batch.HANDSHAKES));
    }

    /** Connects sources, one for each of the cameras {@code bench/0}, {@code bench/1} and so on. */
    void sources(int count) throws IOException, InterruptedException {
        List<String> greetings = contender.sourceGreetings();
        load.connect(new Batch(
                Batch.Kind.SOURCE, count, 0, contender.sourcePath(), greetings, greetings.size(), Batch.HANDSHAKES));
    }

    /**
     * Each of the cameras at a rate, whatever becomes of the updates. @param warmSeconds before the window,
     * {@link #FIRST_TIMES} as long if it is the first of a trial
     */
    Window open(int cameras, double perCamera, double warmSeconds, double windowSeconds)
            throws IOException, InterruptedException {
        return measure(load.open(cameras, perCamera), warmSeconds, windowSeconds);
    }

    /**
     * Each of the cameras {@code bench/1}, {@code bench/2} and so on from a tracker that sends UDP packets at a
     * rate. @param warmSeconds as with {@link #open}
     */
    Window tracked(int cameras, double perCamera, int port, double warmSeconds, double windowSeconds)
            throws IOException, InterruptedException {
        return measure(load.track(cameras, perCamera, port), warmSeconds, windowSeconds);
    }

    /** Begins to send updates, and leaves it at that. */
    void begin(int cameras, double perCamera) throws IOException, InterruptedException {
        load.open(cameras, perCamera);
    }

    LoadReport report() throws IOException, InterruptedException {
        return load.report();
    }

    /** One camera as fast as its updates arrive. @param warmSeconds as with {@link #open} */
    Window closed(int outstanding, double warmSeconds, double windowSeconds) throws IOException, InterruptedException {
        return measure(load.closed(1, outstanding), warmSeconds, windowSeconds);
    }

    /** No update at all. */
    Window rest(double windowSeconds) throws IOException, InterruptedException {
        return measure(load.pause(), 0, windowSeconds);
    }

    private Window measure(LoadReport start, double warmSeconds, double windowSeconds)
            throws IOException, InterruptedException {
        // the first load of a process is also what compiles it
        Thread.sleep(Math.round(warmSeconds * (warm ? 1 : FIRST_TIMES) * 1000));
        warm = true;
        LoadReport before = load.begin();
        double serverBefore = ProcFs.cpuSeconds(server.pid());
        double streamBefore = ProcFs.threadSeconds(server.pid(), BROADCASTER);
        double loadBefore = ProcFs.cpuSeconds(load.pid());
        double allBefore = ProcFs.machineSeconds();
        long began = System.nanoTime();
        Thread.sleep(Math.round(windowSeconds * 1000));
        double cpu = ProcFs.cpuSeconds(server.pid()) - serverBefore;
        double streamCpu = ProcFs.threadSeconds(server.pid(), BROADCASTER) - streamBefore;
        double loadCpu = ProcFs.cpuSeconds(load.pid()) - loadBefore;
        double others = ProcFs.machineSeconds() - allBefore - cpu - loadCpu;
        double seconds = (System.nanoTime() - began) / 1e9;
        LoadReport after = load.report();
        LoadReport last = settle(load.pause());
        long due = (last.updates() - start.updates()) * displays;
        return new Window(
                seconds,
                cpu,
                streamCpu,
                loadCpu,
                Math.max(0, others),
                after.updates() - before.updates(),
                after.deliveries() - before.deliveries(),
                after.deliveryBytes() - before.deliveryBytes(),
                due == 0 ? 1 : (double) (last.deliveries() - start.deliveries()) / due,
                after.latency(),
                after.lateness());
    }

    /** Waits until nothing more arrives, but not for ever: a server may have queued more than it can deliver soon. */
    private LoadReport settle(LoadReport paused) throws IOException, InterruptedException {
        long end = System.nanoTime() + SETTLE_MILLIS * 1_000_000;
        LoadReport before = paused;
        for (int still = 0; still < STILL && System.nanoTime() - end < 0; ) {
            Thread.sleep(Math.round(POLL_MILLIS + POLL_MILLIS_PER_DISPLAY * displays));
            LoadReport now = load.report();
            still = now.deliveries() == before.deliveries() ? still + 1 : 0;
            before = now;
        }
        return before;
    }

    long pid() {
        return server.pid();
    }

    int port() {
        return server.port();
    }

    /** What the server answers to a GET. */
    String get(String path) throws IOException {
        try (InputStream in =
                URI.create("http://127.0.0.1:" + server.port() + path).toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What the server answers to a POST. @param json its body */
    String post(String path, String json) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + server.port() + path).toURL().openConnection();
        try {
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/json");
            connection.setDoOutput(true);
            connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
            try (InputStream in = connection.getInputStream()) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        } finally {
            connection.disconnect();
        }
    }

    @Override
    public void close() throws InterruptedException {
        try {
            load.close();
        } finally {
            server.close();
        }
    }

    /**
     * What was counted between two instants.
     *
     * @param cpu seconds of the server's process, all threads, user and system
     * @param streamCpu the same of the bridge's threads that write the stream to displays
     * @param loadCpu the same of the load generator
     * @param otherCpu the same of everything else on the machine, interrupts included
     * @param updates that the sources sent
     * @param deliveries camera messages that displays got
     * @param complete the part of all that was due to displays, from the beginning of the load until nothing more came,
     *     that they got
     */
    record Window(
            double seconds,
            double cpu,
            double streamCpu,
            double loadCpu,
            double otherCpu,
            long updates,
            long deliveries,
            long deliveryBytes,
            double complete,
            LoadReport.Quantiles latency,
            LoadReport.Quantiles lateness) {

        public Window {
            if (seconds <= 0) {
                throw new IllegalArgumentException(String.format(Locale.ROOT, "a window of %f s", seconds));
            }
        }

        double perCpuSecond() {
            return deliveries / cpu;
        }

        double perSecond() {
            return deliveries / seconds;
        }

        double corePercent() {
            return cpu / seconds * 100;
        }

        /** What the server does beside writing the stream. */
        double besidePercent() {
            return (cpu - streamCpu) / seconds * 100;
        }
    }
}
