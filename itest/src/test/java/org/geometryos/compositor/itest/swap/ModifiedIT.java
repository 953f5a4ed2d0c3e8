package org.geometryos.compositor.itest.swap;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;
import static org.junit.Assert.fail;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
import org.geometryos.compositor.itest.framework.TwoCameras;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;

/** A changed configuration takes effect without a closed socket; a wrong one leaves the old one in force. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ModifiedIT {

    private static final String FENCE = "itest.fence";

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private Host host;
    private TwoCameras source;
    private Host.Crowd crowd;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void connectDisplays() throws Exception {
        host = new Host(context);
        host.awaitReady();
        source = new TwoCameras(context);
        crowd = Host.crowd(3, 3);
        crowd.ask("mark");
    }

    @After
    public void noDisplayNoticed() throws Exception {
        Map<String, String> report = crowd.report();
        crowd.close();
        source.close();
        assertEquals("closed sockets", "0", report.get("closes"));
        assertEquals("missing updates", "0", report.get("missing"));
        assertEquals("doubled updates", "0", report.get("doubled"));
    }

    private void configure(String part, Object... pairs) throws Exception {
        Hashtable<String, Object> properties = new Hashtable<>();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put((String) pairs[i], pairs[i + 1]);
        }
        admin.getConfiguration(Host.PREFIX + part, "?").update(properties);
        awaitDelivery();
    }

    /** Changes are told one after the other, each to everybody: when a later one is told, this one has been. */
    private void awaitDelivery() throws Exception {
        CountDownLatch told = new CountDownLatch(1);
        ServiceRegistration<ConfigurationListener> listener = context.registerService(
                ConfigurationListener.class,
                event -> {
                    if (FENCE.equals(event.getPid()) && event.getType() == ConfigurationEvent.CM_UPDATED) {
                        told.countDown();
                    }
                },
                null);
        try {
            admin.getConfiguration(FENCE, "?").update(new Hashtable<>(Map.of("n", System.nanoTime())));
            assertTrue("a change was told within 60 s", told.await(60, TimeUnit.SECONDS));
        } finally {
            listener.unregister();
        }
    }

    private void reset(String part) throws Exception {
        host.unconfigure(Host.PREFIX + part);
    }

    /** The time from one heartbeat to the next but one, in milliseconds. */
    private static long twoHeartbeats(RawDisplay display) throws Exception {
        display.message("heartbeat");
        long from = System.nanoTime();
        display.message("heartbeat");
        display.message("heartbeat");
        return (System.nanoTime() - from) / 1_000_000;
    }

    @Test
    public void heartbeatIntervalOfConnections() throws Exception {
        configure("connections", "heartbeatInterval", 300L);
        try (RawDisplay display = new RawDisplay(Host.port(), 0, null)) {
            String welcome = display.hello("beaten");
            assertTrue(welcome, welcome.contains("\"heartbeat\":{\"interval\":300,"));
            assertTrue(twoHeartbeats(display) < 10_000);
            for (Object wrong : new Object[] {5L, "soon", -1L}) {
                configure("connections", "heartbeatInterval", wrong);
                assertTrue("after " + wrong, twoHeartbeats(display) < 10_000);
            }
        } finally {
            reset("connections");
        }
    }

    @Test
    public void leaseOfCameras() throws Exception {
        configure("camera", "leaseMillis", 300);
        try (RawDisplay display = new RawDisplay(Host.port(), 0, null)) {
            display.hello("leaser");
            display.send("{\"type\":\"subscribe\",\"cameras\":[\"leased\"]}");
            display.message("snapshot");
            for (Object wrong : new Object[] {300, 1, "x"}) {
                configure("camera", "leaseMillis", wrong);
                display.send("{\"type\":\"control\",\"camera\":\"leased\",\"action\":\"take\"}");
                assertTrue(display.message("control").contains("\"holder\":\"leaser\""));
                long stalled = crowd.stalled();
                long from = System.nanoTime();
                assertTrue(display.message("control").contains("\"holder\":null"));
                long millis = (System.nanoTime() - from) / 1_000_000 - (crowd.stalled() - stalled);
                assertTrue("lease after " + wrong + ": " + millis + " ms", millis < 4_500);
            }
        } finally {
            reset("camera");
        }
    }

    @Test
    public void malformedMessagesOfEndpoint() throws Exception {
        configure("endpoint", "malformedPerMinute", 2);
        for (Object value : new Object[] {2, -7, "many"}) {
            configure("endpoint", "malformedPerMinute", value);
            try (RawDisplay display = new RawDisplay(Host.port(), 0, null)) {
                display.hello("mumbler");
                for (int i = 0; i < 3; i++) {
                    display.send("{");
                    assertTrue(display.message("error").contains("malformed"));
                }
                assertTrue(display.message("goodbye").contains("4400"));
                display.message();
                fail("still open");
            } catch (RawDisplay.ClosedException e) {
                assertEquals(4400, e.code);
            }
        }
        reset("endpoint");
    }

    @Test
    public void writersOfBroadcast() throws Exception {
        configure("broadcast", "writers", 5);
        Host.await(
                60,
                "one more writer than there are by default",
                () -> Host.threads().containsKey("compositor-broadcast-4"));
        configure("broadcast", "writers", 17);
        configure("broadcast", "writers", "two");
        String before = crowd.report().get("highest");
        Host.await(60, "updates", () -> Long.parseLong(crowd.report().get("lowest")) > Long.parseLong(before) + 100);
        assertTrue(Host.threads().containsKey("compositor-broadcast-4"));
        reset("broadcast");
        Host.await(60, "fewer writers", () -> !Host.threads().containsKey("compositor-broadcast-4"));
    }

    @Test
    public void bytesOfJournal() throws Exception {
        Journal journal = host.service(Journal.class);
        long from = journal.head();
        configure("journal", "cameraBytes", 65_536L);
        Host.await(60, "old views gone", () -> !journal.holdsAll(from));
        for (Object wrong : new Object[] {1L, "all"}) {
            configure("journal", "cameraBytes", wrong);
            long now = journal.head();
            Host.await(60, "old views gone after " + wrong, () -> !journal.holdsAll(now));
        }
        reset("journal");
        long now = journal.head();
        Host.await(60, "updates", () -> journal.head() > now + 200);
        assertTrue(journal.holdsAll(now));
    }

    @Test
    public void messageBytesOfTransport() throws Exception {
        configure("transport", "messageBytes", 2048);
        for (Object value : new Object[] {2048, 7, "long"}) {
            configure("transport", "messageBytes", value);
            try (RawDisplay display = new RawDisplay(Host.port(), 0, null)) {
                String welcome = display.hello("talker");
                assertTrue(welcome, welcome.contains("\"messageBytes\":2048"));
                display.send("{\"type\":\"ping\",\"t0\":1,\"pad\":\"" + "x".repeat(1900) + "\"}");
                display.message("pong");
                display.send("{\"type\":\"ping\",\"t0\":1,\"pad\":\"" + "x".repeat(2100) + "\"}");
                for (; ; ) {
                    display.message();
                }
            } catch (RawDisplay.ClosedException e) {
                assertEquals(1009, e.code);
            }
        }
        reset("transport");
    }

    /**
     * A display that answers no ping: while receipts are asked for it is busy, and without it gets everything and no
     * ping but those of heartbeats.
     */
    @Test
    public void busyDetectionOfTransport() throws Exception {
        configure("transport", "busyDetection", false);
        try (RawDisplay display = new RawDisplay(Host.port(), 0, null)) {
            display.hello("unasked");
            display.send("{\"type\":\"subscribe\",\"cameras\":[\"a\"]}");
            display.message("snapshot");
            Frames seen = Frames.of(display, TimeUnit.SECONDS.toNanos(4), 200);
            assertTrue("pings that no heartbeat came with: " + seen, seen.pings <= seen.heartbeats + 1);
            configure("transport", "busyDetection", true);
            // the ping that makes it busy: behind it comes nothing but what was sent within the limit
            display.socket.setSoTimeout(2_000);
            try {
                for (; ; ) {
                    if (display.next().opcode() == RawDisplay.PING) {
                        seen = Frames.of(display, TimeUnit.SECONDS.toNanos(5), 1);
                        fail("it is served without a receipt: " + seen);
                    }
                }
            } catch (SocketTimeoutException busy) {
                // nothing more for two seconds
            }
        } finally {
            reset("transport");
        }
    }

    /** What came within a time, and longer until there were so many updates. */
    private record Frames(int updates, int heartbeats, int pings) {
        static Frames of(RawDisplay display, long nanos, int updates) throws IOException {
            Frames seen = new Frames(0, 0, 0);
            for (long from = System.nanoTime(); System.nanoTime() - from < nanos || seen.updates < updates; ) {
                RawDisplay.Frame frame = display.next();
                String type = frame.opcode() == RawDisplay.TEXT ? RawDisplay.type(frame.text()) : "";
                seen = new Frames(
                        seen.updates + (type.equals("camera") ? 1 : 0),
                        seen.heartbeats + (type.equals("heartbeat") ? 1 : 0),
                        seen.pings + (frame.opcode() == RawDisplay.PING ? 1 : 0));
            }
            return seen;
        }
    }

    @Test
    public void speedOfReplay() throws Exception {
        Path file = Files.createTempFile("moves", ".jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            lines.append("{\"type\":\"camera\",\"camera\":\"played\",\"time\":" + i * 100_000L
                    + ",\"view\":{\"kind\":\"2d\",\"center\":[" + i + ",0],\"zoom\":1,\"rotation\":0}}\n");
        }
        Files.writeString(file, lines);
        org.osgi.service.cm.Configuration replay =
                admin.getFactoryConfiguration(Host.PREFIX + "camera.replay", "moves", "?");
        Hashtable<String, Object> properties =
                new Hashtable<>(Map.of("file", file.toString(), "loop", true, "speed", 1.0));
        replay.update(properties);
        CameraBridge bridge = host.service(CameraBridge.class);
        Host.await(60, "the recording's camera", () -> bridge.camera("played").isPresent());
        Host.await(60, "10 updates a second", () -> perSecond(bridge) < 20);
        properties.put("speed", 10.0);
        replay.update(properties);
        Host.await(60, "100 updates a second", () -> perSecond(bridge) > 50);
        for (Object wrong : new Object[] {0.0, "fast"}) {
            properties.put("speed", wrong);
            replay.update(properties);
            Host.await(60, "100 updates a second after " + wrong, () -> perSecond(bridge) > 50);
        }
        replay.delete();
        Host.await(60, "the camera's removal", () -> bridge.camera("played").isEmpty());
        Files.delete(file);
    }

    private static double perSecond(CameraBridge bridge) throws Exception {
        long begin = System.nanoTime();
        long from = sample(bridge);
        Thread.sleep(1000);
        return (sample(bridge) - from) / ((System.nanoTime() - begin) / 1e9);
    }

    private static long sample(CameraBridge bridge) {
        return bridge.camera("played").map(CameraState::sample).orElseThrow().orElseThrow();
    }
}
