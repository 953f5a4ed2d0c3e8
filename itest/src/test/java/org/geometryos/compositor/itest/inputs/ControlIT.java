package org.geometryos.compositor.itest.inputs;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.itest.framework.Distribution;
import org.geometryos.compositor.itest.framework.Host;
import org.geometryos.compositor.itest.framework.RawDisplay;
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

/** Who drives a camera when all want it, and what the others feel of a source that knows no measure. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ControlIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String CAMERA = "fought/over";
    /** Displays have 10, as by default. */
    private static final Map<String, Integer> PRIORITIES =
            Map.of("tape", 0, "process", 5, "page", 10, "rival", 10, "tracker", 20);

    private static final int LEASE_MILLIS = 5_000;
    /** Updates that a holder brings while the others try. */
    private static final int SETTLED = 40;

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<org.osgi.service.cm.Configuration> configured = new ArrayList<>();
    private Host host;
    private CameraBridge bridge;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void ready() throws Exception {
        host = new Host(context);
        host.awaitReady();
        bridge = host.service(CameraBridge.class);
        configure(admin.getConfiguration(Host.PREFIX + "camera", "?"), "leaseMillis", LEASE_MILLIS);
    }

    @After
    public void allGo() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        for (org.osgi.service.cm.Configuration one : configured) {
            one.delete();
        }
    }

    private <T extends AutoCloseable> T open(T one) {
        opened.add(0, one);
        return one;
    }

    private void configure(org.osgi.service.cm.Configuration configuration, Object... pairs) throws IOException {
        Hashtable<String, Object> properties = new Hashtable<>();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put((String) pairs[i], pairs[i + 1]);
        }
        configuration.update(properties);
        configured.add(configuration);
    }

    /** Does something about so many times a second, on a thread of its own, until it is closed. */
    private static final class Repeated implements AutoCloseable {
        private final Thread thread;
        private volatile boolean stopped;

        interface Step {
            void run() throws IOException;
        }

        Repeated(String name, double hertz, Step step) {
            thread = new Thread(
                    () -> {
                        long due = System.nanoTime();
                        while (!stopped) {
                            try {
                                step.run();
                            } catch (IOException e) {
                                return;
                            }
                            due = Math.max(due + (long) (1e9 / hertz), System.nanoTime() - 100_000_000);
                            for (long wait; !stopped && (wait = due - System.nanoTime()) > 0; ) {
                                LockSupport.parkNanos(wait);
                            }
                        }
                    },
                    "itest-" + name);
            thread.start();
        }

        @Override
        public void close() throws InterruptedException {
            stopped = true;
            thread.join(5_000);
        }
    }

    /** A source in this process, which pushes as often as it is told to. */
    private static final class InProcess implements CameraSource {
        final AtomicLong accepted = new AtomicLong();
        private volatile CameraSink sink;

        @Override
        public void connected(CameraSink next) {
            sink = next;
        }

        @Override
        public void disconnected(CameraSink old) {
            sink = null;
        }

        /** @return the outcome, if the bridge is there */
        Optional<Outcome> push(String camera, long sample) {
            CameraSink to = sink;
            Optional<Outcome> outcome = Optional.ofNullable(to)
                    .map(s -> s.push(new CameraUpdate(camera, new View2d(sample, 0, 1, 0)).withSample(sample))
                            .now(null));
            if (outcome.filter(Outcome::accepted).isPresent()) {
                accepted.incrementAndGet();
            }
            return outcome;
        }
    }

    private AutoCloseable register(CameraSource source, String id, int priority) {
        ServiceRegistration<CameraSource> registration = context.registerService(
                CameraSource.class,
                source,
                new Hashtable<>(Map.of(CameraSource.ID, id, CameraSource.PRIORITY, priority)));
        return registration::unregister;
    }

    /** A connection, and a thread that keeps all messages of the types that matter here. */
    private static final class Client implements AutoCloseable {
        final RawDisplay socket;
        final List<String> messages = new CopyOnWriteArrayList<>();
        private final Thread reader;

        Client(String display, String subscription) throws IOException {
            socket = new RawDisplay(Host.port(), 0, null);
            socket.hello(display);
            socket.send(subscription);
            socket.message("snapshot");
            reader = new Thread(this::read, "itest-" + display);
            reader.start();
        }

        private void read() {
            try {
                for (; ; ) {
                    String message = socket.message();
                    if (!RawDisplay.type(message).equals("heartbeat")) {
                        messages.add(message);
                    }
                }
            } catch (IOException e) {
                // closed, by whichever side
                return;
            }
        }

        long count(String type) {
            return messages.stream()
                    .filter(message -> RawDisplay.type(message).equals(type))
                    .count();
        }

        /** Drives as the page does: a view at a time, each with an id, so that a refusal is told. */
        void drive(long sample) throws IOException {
            socket.send("{\"type\":\"camera\",\"id\":" + sample + ",\"camera\":\"" + CAMERA + "\",\"sample\":" + sample
                    + ",\"view\":{\"kind\":\"2d\",\"center\":[" + sample
                    + ",1],\"zoom\":1,\"rotation\":0,\"size\":[1920,1080]}}");
        }

        @Override
        public void close() throws Exception {
            socket.close();
            reader.join(5_000);
        }
    }

    private static String every(String camera) {
        return "{\"type\":\"subscribe\",\"cameras\":[\"" + camera + "\"],\"delivery\":\"every\"}";
    }

    private String holder() {
        return bridge.control(CAMERA).flatMap(ControlState::holder).orElse("");
    }

    /** Waits until somebody holds the camera, and goes on holding it while all others try. */
    private void settles(String holder, Client witness) throws Exception {
        Host.await(60, holder + " to drive; it is " + holder(), () -> holder.equals(holder()));
        int from = witness.messages.size();
        Host.await(
                60,
                SETTLED + " updates of " + holder,
                () -> updates(witness.messages.stream().skip(from), holder) >= SETTLED);
        // the lease of a source that did not get to run for a while may be over for a moment
        Host.await(60, holder + " to hold it; it is " + holder(), () -> holder.equals(holder()));
    }

    private static long updates(Stream<String> messages, String source) {
        return messages.filter(message -> RawDisplay.type(message).equals("camera")
                        && RawDisplay.string(message, "source").equals(source))
                .count();
    }

    @Test
    public void aTrackerARecordingAnInProcessSourceAndABrowserFightForACamera() throws Exception {
        Client witness = open(new Client("witness", every(CAMERA)));

        Path file = Files.createTempFile("fight", ".jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            lines.append("{\"type\":\"camera\",\"camera\":\"x\",\"time\":" + i * 10_000L
                    + ",\"view\":{\"kind\":\"2d\",\"center\":[" + i + ",0],\"zoom\":1,\"rotation\":0}}\n");
        }
        Files.writeString(file, lines);
        configure(
                admin.getFactoryConfiguration(Host.PREFIX + "camera.replay", "tape", "?"),
                "file",
                file.toString(),
                "loop",
                true,
                "camera",
                CAMERA);
        settles("tape", witness);

        InProcess process = new InProcess();
        AutoCloseable service = register(process, "process", 5);
        AtomicLong samples = new AtomicLong();
        open(new Repeated("process", 60, () -> process.push(CAMERA, samples.incrementAndGet())));
        settles("process", witness);

        Client page = open(new Client("page", every(CAMERA)));
        AtomicLong moves = new AtomicLong();
        Repeated driving = open(new Repeated("page-driving", 60, () -> page.drive(moves.incrementAndGet())));
        settles("page", witness);

        Client rival = open(new Client("rival", every(CAMERA)));
        rival.drive(1);
        Host.await(60, "the rival's refusal", () -> rival.count("error") == 1);
        String refusal = rival.messages.stream()
                .filter(message -> RawDisplay.type(message).equals("error"))
                .findFirst()
                .orElseThrow();
        assertTrue(refusal, refusal.contains("\"code\":\"held\"") && refusal.contains("page"));

        int port = TrackingIT.freeUdpPort();
        configure(
                admin.getFactoryConfiguration(Host.PREFIX + "camera.tracking.freed", "tracker", "?"),
                "port",
                port,
                "camera",
                CAMERA,
                "priority",
                20,
                "staleAfter",
                1_000);
        DatagramSocket sender = open(new DatagramSocket(0, LOOPBACK));
        Repeated tracking = open(new Repeated("tracker", 100, () -> {
            byte[] packet = TrackingIT.freeD(1.5);
            sender.send(new DatagramPacket(packet, packet.length, LOOPBACK, port));
        }));
        settles("tracker", witness);
        long refused = page.count("error");
        page.socket.send("{\"type\":\"control\",\"id\":\"mine\",\"camera\":\"" + CAMERA + "\",\"action\":\"take\"}");
        Host.await(60, "the page to be refused", () -> page.count("error") > refused + 1);
        Host.await(
                60,
                "the tracker to hold it",
                () -> holder().equals("tracker") && state("tracker").cameras().equals(List.of(CAMERA)));

        tracking.close();
        settles("page", witness);
        assertEquals("STALE", state("tracker").health().status().name());

        driving.close();
        page.socket.send("{\"type\":\"bye\"}");
        settles("process", witness);

        service.close();
        settles("tape", witness);

        judge(witness.messages);
        Files.delete(file);
    }

    private SourceState state(String id) {
        return bridge.sources().stream()
                .filter(source -> source.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Leases and priorities, from what a display got: an update is its holder's, and a camera goes to a lower one only
     * when it is free.
     */
    private static void judge(List<String> messages) {
        String holder = "";
        String driver = "";
        boolean down = false;
        long received = 0;
        for (String message : messages) {
            switch (RawDisplay.type(message)) {
                case "control" -> {
                    String next = RawDisplay.string(message, "holder");
                    down = !next.isEmpty() && !holder.isEmpty() && PRIORITIES.get(next) <= PRIORITIES.get(holder);
                    holder = next;
                }
                case "camera" -> {
                    String source = RawDisplay.string(message, "source");
                    assertEquals("the update's source in " + message, holder, source);
                    long now = RawDisplay.number(message, "received");
                    assertTrue(
                            "after " + (now - received) + " us " + driver + "'s lease is not over: " + message,
                            !down || now - received >= LEASE_MILLIS * 1000L);
                    assertTrue(
                            "the first view of another source cuts: " + message,
                            driver.isEmpty()
                                    || driver.equals(source)
                                    || source.equals("page")
                                    || message.contains("\"cut\":true"));
                    down = false;
                    received = now;
                    driver = source;
                }
                default -> throw new AssertionError("not expected: " + message);
            }
        }
    }

    @Test
    public void aSourceThatFloodsCostsTheOthersNoUpdate() throws Exception {
        Client witness = open(new Client("witness", every("calm")));
        Client latest = open(new Client("latest", "{\"type\":\"subscribe\",\"cameras\":[\"flooded\"]}"));
        InProcess calm = new InProcess();
        InProcess flood = new InProcess();
        open(register(calm, "calm", 0));
        open(register(flood, "flood", 0));
        AtomicLong samples = new AtomicLong();
        Repeated calmly = open(new Repeated("calm", 60, () -> calm.push("calm", samples.incrementAndGet())));
        AtomicLong pushed = new AtomicLong();
        // 100 at a time, 1000 times a second
        Repeated flooding = open(new Repeated("flood", 1_000, () -> {
            for (int i = 0; i < 100; i++) {
                flood.push("flooded", pushed.incrementAndGet());
            }
        }));
        long from = System.nanoTime();
        Host.await(60, "a flood of three seconds", () -> pushed.get() >= 300_000);
        String shown = shell("compositor:sources flood");
        assertTrue(shown, shown.contains("of these too fast") && shown.contains("holds flooded"));
        flooding.close();
        double seconds = (System.nanoTime() - from) / 1e9;
        SourceState state = state("flood");
        assertTrue(state.toString(), state.limited() > 0 && state.refused() == state.limited());
        assertTrue(state + " in " + seconds + " s", state.accepted() <= 10_000 * (seconds + 1) + 1);

        Host.await(60, "a second of updates", () -> calm.accepted.get() >= 60);
        calmly.close();
        Host.await(60, "all updates of the calm camera", () -> witness.count("camera") >= calm.accepted.get());
        assertEquals(
                "each sample, once and in order",
                LongStream.rangeClosed(1, samples.get()).boxed().toList(),
                witness.messages.stream()
                        .filter(message -> RawDisplay.type(message).equals("camera"))
                        .map(message -> RawDisplay.number(message, "sample"))
                        .toList());
        Host.await(60, "the newest view of the flooded camera", () -> {
            List<String> views = latest.messages.stream()
                    .filter(message -> RawDisplay.type(message).equals("camera"))
                    .toList();
            return !views.isEmpty()
                    && RawDisplay.number(views.get(views.size() - 1), "sample")
                            == bridge.camera("flooded").orElseThrow().sample().orElseThrow();
        });
    }

    /** What a command gives in Gogo. */
    private String shell(String words) throws Exception {
        try (CommandSession session = host.service(CommandProcessor.class)
                .createSession(
                        InputStream.nullInputStream(),
                        OutputStream.nullOutputStream(),
                        OutputStream.nullOutputStream())) {
            return String.valueOf(session.execute(words));
        }
    }
}
