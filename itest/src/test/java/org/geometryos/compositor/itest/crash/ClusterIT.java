package org.geometryos.compositor.itest.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.client.ClientListener;
import org.geometryos.compositor.client.Closed;
import org.geometryos.compositor.client.CompositorClient;
import org.geometryos.compositor.itest.Waiting;
import org.geometryos.compositor.itest.outside.DistributionProcess;
import org.geometryos.compositor.itest.outside.NatsProcess;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.testkit.FreePort;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three hosts that share one sequence, as processes, with a real engine; one of them is killed. */
@Tag("long")
public class ClusterIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String CAMERA = "shared";
    private static final int DISPLAYS = 12;
    private static final long PAUSE_MILLIS = 10;

    private final List<AutoCloseable> closing = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = closing.size() - 1; i >= 0; i--) {
            closing.get(i).close();
        }
    }

    private DistributionProcess host(String name, NatsProcess engine) throws Exception {
        DistributionProcess host = DistributionProcess.fresh("cluster-" + name)
                .options("--no-demo")
                .onPort(FreePort.next());
        closing.add(host);
        String prefix = "org.geometryos.compositor.";
        host.configure(prefix + "journal", "shared = true");
        host.configure(prefix + "cluster", "host = " + name, "url = " + host.url());
        host.configure(prefix + "cluster.nats", "servers = " + engine.url());
        return host.start();
    }

    private CompositorClient.Builder at(DistributionProcess host, String display) {
        return CompositorClient.builder(URI.create(host.url())).display(display).settings(DisplaySettings.EMPTY);
    }

    private CompositorClient connected(CompositorClient.Builder builder) throws Exception {
        CompositorClient client = builder.connect();
        closing.add(client);
        client.ready().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        return client;
    }

    /** A display that wants each update, and what it was sent. */
    private final class Watcher implements ClientListener {
        private final List<Long> samples = new CopyOnWriteArrayList<>();
        private final List<String> events = new CopyOnWriteArrayList<>();
        private volatile long lostAt;
        private volatile long backAfter;
        private CompositorClient client;

        @Override
        public void connected(ServerMessage.Welcome welcome) {
            events.add("welcome, resumed " + welcome.resumed());
            if (lostAt != 0) {
                backAfter = System.nanoTime() - lostAt;
            }
        }

        @Override
        public void disconnected(Closed closed) {
            events.add(closed.toString());
            lostAt = lostAt == 0 ? System.nanoTime() : lostAt;
        }

        @Override
        public void message(ServerMessage message) {
            if (message instanceof ServerMessage.Camera camera) {
                samples.add(camera.state().sample().orElse(-1));
            } else if (message instanceof ServerMessage.Gap gap) {
                events.add(gap.toString());
            }
        }
    }

    /** Drives the camera, one update after the other without waiting for answers. */
    private static final class Pilot implements Runnable {
        private final CompositorClient client;
        private final List<CompletableFuture<OptionalLong>> answers = new ArrayList<>();
        private final Thread thread = new Thread(this, "pilot");
        private volatile boolean stopped;

        private Pilot(CompositorClient client) {
            this.client = client;
            thread.start();
        }

        @Override
        public void run() {
            try {
                for (long sample = 1; !stopped; sample++) {
                    answers.add(client.drive(new CameraUpdate(CAMERA, new View2d(sample, 0, 1, 0)).withSample(sample)));
                    Thread.sleep(PAUSE_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** @return the samples that were acknowledged */
        private List<Long> end() throws Exception {
            stopped = true;
            thread.join();
            List<Long> acknowledged = new ArrayList<>();
            for (int i = 0; i < answers.size(); i++) {
                try {
                    answers.get(i).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                    acknowledged.add(i + 1L);
                } catch (ExecutionException e) {
                    // refused, or not known
                }
            }
            return acknowledged;
        }
    }

    @Test
    public void displaysOfAKilledHostGoOnAtAnotherOneWithNothingMissingAndNothingDoubled() throws Exception {
        NatsProcess engine = new NatsProcess("cluster-nats");
        closing.add(engine);
        engine.start();
        DistributionProcess a = host("a", engine);
        DistributionProcess b = host("b", engine);
        DistributionProcess c = host("c", engine);

        Pilot pilot = new Pilot(connected(at(c, "pilot")));
        List<Watcher> watchers = new ArrayList<>();
        for (int i = 0; i < DISPLAYS; i++) {
            Watcher watcher = new Watcher();
            watcher.client = connected(at(i % 2 == 0 ? a : b, "wall-" + i)
                    .subscription(Subscription.toCameras(CAMERA).with(Delivery.EVERY))
                    .listener(watcher));
            watchers.add(watcher);
        }
        for (Watcher watcher : watchers) {
            Waiting.until(LIMIT, () -> "updates: " + watcher.events, () -> watcher.samples.size() > 100);
        }
        assertEquals(
                List.of(a.url(), b.url(), c.url()),
                watchers.get(0).client.welcome().orElseThrow().hosts());

        a.kill();
        for (Watcher watcher : watchers) {
            int before = watcher.samples.size();
            Waiting.until(LIMIT, () -> "more updates: " + watcher.events, () -> watcher.samples.size() > before + 300);
        }
        List<Long> acknowledged = pilot.end();
        long last = acknowledged.get(acknowledged.size() - 1);
        long slowest = 0;
        for (int i = 0; i < DISPLAYS; i++) {
            Watcher watcher = watchers.get(i);
            Waiting.until(LIMIT, () -> "sample " + last + ": " + watcher.events, () -> watcher.samples.contains(last));
            List<Long> got = List.copyOf(watcher.samples);
            List<Long> wanted =
                    acknowledged.stream().filter(sample -> sample >= got.get(0)).toList();
            List<Long> missing = new ArrayList<>(wanted);
            missing.removeAll(got);
            assertEquals(List.of(), missing, () -> "missing; " + watcher.events);
            assertEquals(got.stream().distinct().sorted().toList(), got, () -> "in order and once; " + watcher.events);
            assertEquals(0, watcher.client.counters().ignored(), () -> "doubled; " + watcher.events);
            assertEquals(0, watcher.client.counters().gaps(), watcher.events::toString);
            if (i % 2 == 0) {
                assertEquals(1, watcher.client.counters().resumes(), watcher.events::toString);
                slowest = Math.max(slowest, watcher.backAfter);
            }
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(slowest);
        System.out.println("displays of a killed host: the last one was back after " + millis + " ms; "
                + acknowledged.size() + " updates acknowledged");
        assertTrue(millis < 10_000, () -> millis + " ms");
    }
}
