package org.geometryos.compositor.itest.inputs;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import javax.inject.Inject;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.Projection;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.replay.PlaybackException;
import org.geometryos.compositor.api.value.Quaternion;
import org.geometryos.compositor.api.value.Vector3;
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
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationAdmin;

/**
 * Every kind of input wants one camera at once. Who has it is what leases and priorities say, no view of a loser is in
 * the sequence, and each loser knows.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class AllInputsIT {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    /** Of displays of role control and admin, as by default. */
    private static final int DISPLAYS = 10;
    /** So often the holder moves the camera and each of the others is refused before it counts as held. */
    private static final int SETTLED = 20;
    /** So often a viewer is told meanwhile, once a second at most. */
    private static final int TOLD = 2;

    private static final String DISPLAY = "page";
    /** All kinds of input; where priorities differ, the lowest is the first. */
    private static final List<String> KINDS = List.of("replay", "osc", DISPLAY, "process", "tracker", "mqtt");

    private static final String VIEWER = "viewer";

    private static final Map<String, String> KEYS = Map.of(
            "view", "a key that only looks", "control", "a key that drives cameras", "admin", "a key of an operator");

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin admin;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Set<String> configured = new HashSet<>();
    private final List<Contestant> contestants = new ArrayList<>();
    private Host host;
    private CameraBridge bridge;
    private Broker mosquitto;
    private String camera;
    private Sequence sequence;
    private Display operator;

    @Configuration
    public Option[] configuration() {
        return Distribution.framework();
    }

    @Before
    public void ready() throws Exception {
        mosquitto = open(new Broker());
        host = new Host(context);
        host.awaitReady();
        bridge = host.service(CameraBridge.class);
        mosquitto.start();
        org.osgi.service.cm.Configuration lease = admin.getConfiguration(Host.PREFIX + "camera", "?");
        lease.update(new Hashtable<>(Map.of("leaseMillis", Contestant.LEASE_MILLIS)));
        configured.add(lease.getPid());
        for (Map.Entry<String, String> key : KEYS.entrySet()) {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(key.getValue().getBytes(StandardCharsets.UTF_8));
            configure(
                    "endpoint.key",
                    key.getKey(),
                    Map.of("role", key.getKey(), "sha256", HexFormat.of().formatHex(digest)));
        }
        Host.await(60, "that a key is needed", () -> Host.status() == 401);
    }

    @After
    public void allGo() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        for (String pid : configured) {
            host.unconfigure(pid);
        }
    }

    private <T extends AutoCloseable> T open(T one) {
        opened.add(0, one);
        return one;
    }

    private void configure(String factory, String name, Map<String, ?> properties) throws IOException {
        org.osgi.service.cm.Configuration one = admin.getFactoryConfiguration(Host.PREFIX + factory, name, "?");
        one.update(new Hashtable<>(properties));
        configured.add(one.getPid());
    }

    private static String key(String role) {
        return "Authorization: Bearer " + KEYS.get(role);
    }

    // ---- the contestants

    /** @param priority of each kind; that of a display cannot be chosen */
    private void enter(String name, List<String> kinds, ToIntFunction<String> priority) throws Exception {
        camera = name;
        sequence = open(Host.await(60, "the key of the sequence", () -> new Sequence(camera, key("view"))));
        contestants.clear();
        for (String kind : kinds) {
            contestants.add(open(contestant(kind, contestants.size() + 1, priority.applyAsInt(kind))));
        }
        operator = open(display("operator", contestants.size() + 1, "admin"));
        for (Contestant one : contestants) {
            if (one instanceof Source source) {
                Host.await(
                        60,
                        one.name + " to be a source that works",
                        () -> source.state()
                                .map(state -> state.priority() == one.priority
                                        && state.health().status() != SourceHealth.Status.FAILED)
                                .orElse(false));
            }
        }
    }

    /** A further kind of input is a case here, a name in {@link #KINDS}, and a class. */
    private Contestant contestant(String kind, int x, int priority) throws Exception {
        return switch (kind) {
            case "replay" -> new Replay(kind, x, priority);
            case "osc" -> new Osc(kind, x, priority);
            case DISPLAY -> display(kind, x, "control");
            case VIEWER -> Host.await(60, "the key of a viewer", () -> new Viewer(new Statuses(), x));
            case "process" -> new InProcess(kind, x, priority);
            case "tracker" -> new Tracker(kind, x, priority);
            case "mqtt" -> new Mqtt(kind, x, priority);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private Display display(String name, int x, String role) throws Exception {
        return Host.await(60, "the key of " + name, () -> new Display(name, x, role));
    }

    /** What a viewer that speaks Foxglove's protocol is told. */
    private final class Statuses implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> display = new CompletableFuture<>();
        private final AtomicLong held = new AtomicLong();
        private final AtomicLong unknown = new AtomicLong();
        private final List<String> odd = new CopyOnWriteArrayList<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean end) {
            text.append(part);
            if (end) {
                take(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private void take(String message) {
            if (message.contains("\"op\":\"serverInfo\"")) {
                display.complete(RawDisplay.string(message, "display"));
            } else if (message.contains("\"held: camera")) {
                held.incrementAndGet();
            } else if (message.contains("\"unknown-type: ")) {
                unknown.incrementAndGet();
            } else if (message.contains("\"op\":\"status\"")) {
                odd.add(message);
            }
        }
    }

    /** A viewer that publishes poses; it is told of refusals once a second. */
    private final class Viewer extends Contestant {
        private final Statuses statuses;
        private final WebSocket socket;

        Viewer(Statuses statuses, int x) throws Exception {
            this(statuses, x, connect(statuses));
        }

        private Viewer(Statuses statuses, int x, WebSocket socket) throws Exception {
            super(statuses.display.get(20, TimeUnit.SECONDS), x, DISPLAYS);
            this.statuses = statuses;
            this.socket = socket;
            socket.sendText(
                            "{\"op\":\"advertise\",\"channels\":[{\"id\":1,\"topic\":\"/camera/" + camera
                                    + "/pose\",\"encoding\":\"json\",\"schemaName\":\"foxglove.PoseInFrame\"}]}",
                            true)
                    .get(20, TimeUnit.SECONDS);
        }

        @Override
        void move() throws IOException {
            byte[] pose =
                    ("\1\1\0\0\0{\"timestamp\":{\"sec\":0,\"nsec\":0},\"frame_id\":\"stage\",\"pose\":{\"position\":"
                                    + "{\"x\":" + x
                                    + ",\"y\":0,\"z\":0},\"orientation\":{\"x\":0,\"y\":0,\"z\":0,\"w\":1}}}")
                            .getBytes(StandardCharsets.US_ASCII);
            send(() -> socket.sendBinary(ByteBuffer.wrap(pose), true));
        }

        private void send(Supplier<CompletableFuture<WebSocket>> message) throws IOException {
            try {
                message.get().get(20, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new IOException(e);
            }
        }

        @Override
        void leave() throws Exception {
            off();
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(20, TimeUnit.SECONDS);
        }

        @Override
        long refused() {
            return statuses.held.get();
        }

        /** It is not told: what it sends is in the sequence or refused. */
        @Override
        long accepted() {
            return sequence.views(name);
        }

        @Override
        void awaitAccount(Sequence sequence) throws Exception {
            long before = statuses.unknown.get();
            send(() -> socket.sendText("{\"op\":\"all of it\"}", true));
            Host.await(60, "the answer behind all poses", () -> statuses.unknown.get() > before);
            assertEquals("no other status", List.of(), statuses.odd);
        }

        @Override
        public void close() throws Exception {
            super.close();
            socket.abort();
        }
    }

    private static WebSocket connect(WebSocket.Listener listener) throws Exception {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .header("Authorization", "Bearer " + KEYS.get("control"))
                .subprotocols("foxglove.sdk.v1")
                .buildAsync(URI.create("ws://127.0.0.1:" + Host.port() + "/compositor"), listener)
                .get(20, TimeUnit.SECONDS);
    }

    /** A source as the bridge knows it; it keeps account of what is refused by a counter of its own. */
    private abstract class Source extends Contestant {
        private final String counter;

        Source(String name, int x, int priority, String counter) {
            super(name, x, priority);
            this.counter = counter;
        }

        Optional<SourceState> state() {
            return bridge.sources().stream()
                    .filter(source -> source.id().equals(name))
                    .findFirst();
        }

        @Override
        long refused() throws Exception {
            return state().map(state -> state.counters().get(counter)).orElse(0L);
        }

        @Override
        long accepted() {
            return state().map(SourceState::accepted).orElse(-1L);
        }
    }

    /** A connection of a page, which drives as a page does: each view has an id, so that a refusal is told. */
    private final class Display extends Contestant {
        /** Ids from here on are those of control, below it those of views. */
        private static final long REQUESTS = 1_000_000;

        private final RawDisplay socket;
        private final Thread reader = new Thread(this::read, "itest-display-reader");
        /** By the number of the sample, which is the id as well. */
        private final Map<Long, Long> accepted = new ConcurrentHashMap<>();

        private final Set<Long> refused = ConcurrentHashMap.newKeySet();
        private final Map<Long, String> answers = new ConcurrentHashMap<>();
        private final List<String> odd = new CopyOnWriteArrayList<>();
        private final AtomicLong ids = new AtomicLong();
        private final AtomicLong requests = new AtomicLong(REQUESTS);

        Display(String name, int x, String role) throws IOException {
            super(name, x, DISPLAYS);
            socket = new RawDisplay(Host.port(), 0, null, AllInputsIT.key(role));
            String welcome = socket.hello(name);
            assertEquals(role, RawDisplay.string(welcome, "role"));
            reader.start();
        }

        private void read() {
            try {
                while (true) {
                    String message = socket.message();
                    long id = RawDisplay.number(message, "id");
                    String text = RawDisplay.string(message, "code");
                    if (id > REQUESTS) {
                        answers.put(id, message);
                    } else if (RawDisplay.type(message).equals("ack")) {
                        accepted.put(id, RawDisplay.number(message, "seq"));
                    } else if (text.equals("held") && message.contains("is held by") && !message.contains(name)) {
                        refused.add(id);
                    } else if (!RawDisplay.type(message).equals("heartbeat")) {
                        odd.add(message);
                    }
                }
            } catch (IOException e) {
                // it is closed
            }
        }

        @Override
        void move() throws IOException {
            long id = ids.incrementAndGet();
            socket.send("{\"type\":\"camera\",\"id\":" + id + ",\"camera\":\"" + camera + "\",\"sample\":" + id
                    + ",\"view\":" + view(x) + "}");
        }

        /** Asks for control. @return the answer */
        String control(String action, boolean force) throws Exception {
            long id = requests.incrementAndGet();
            socket.send("{\"type\":\"control\",\"id\":" + id + ",\"camera\":\"" + camera + "\",\"action\":\"" + action
                    + "\"" + (force ? ",\"force\":true" : "") + "}");
            return Host.await(60, "the answer to " + action, () -> answers.get(id));
        }

        @Override
        void leave() throws Exception {
            off();
            String answer = control("release", false);
            assertEquals(answer, "ack", RawDisplay.type(answer));
        }

        @Override
        long refused() {
            return refused.size();
        }

        @Override
        long accepted() {
            return accepted.size();
        }

        @Override
        void awaitAccount(Sequence sequence) throws Exception {
            super.awaitAccount(sequence);
            assertEquals("no other answer", List.of(), odd);
            assertEquals("the views by their samples", sequence.samples(name), new HashMap<>(accepted));
        }

        @Override
        public void close() throws Exception {
            super.close();
            socket.close();
            reader.join(5_000);
        }
    }

    /** A service in this process. */
    private final class InProcess extends Contestant implements CameraSource {
        private final ServiceRegistration<CameraSource> service;
        private final Map<Long, Long> accepted = new ConcurrentHashMap<>();
        private final AtomicLong refused = new AtomicLong();
        private volatile CameraSink sink;
        // its own thread only
        private long sample;
        private boolean gone;

        InProcess(String name, int x, int priority) {
            super(name, x, priority);
            service = context.registerService(
                    CameraSource.class,
                    this,
                    new Hashtable<>(Map.of(CameraSource.ID, name, CameraSource.PRIORITY, priority)));
        }

        @Override
        public void connected(CameraSink next) {
            sink = next;
        }

        @Override
        public void disconnected(CameraSink old) {
            sink = null;
        }

        @Override
        void move() {
            CameraSink to = sink;
            if (to == null) {
                return;
            }
            View3d view = new View3d(
                    new Vector3(x, 0, 0),
                    Quaternion.IDENTITY,
                    new Projection.Perspective(0.7, 0.1, OptionalDouble.empty(), OptionalDouble.empty()));
            Outcome outcome =
                    to.push(new CameraUpdate(camera, view).withSample(++sample)).now(null);
            if (outcome instanceof Outcome.Accepted in) {
                accepted.put(sample, in.seq().orElseThrow());
            } else if (((Outcome.Refused) outcome).reason() == Outcome.Reason.HELD) {
                refused.incrementAndGet();
            }
        }

        /** The service goes. */
        @Override
        void leave() throws Exception {
            close();
        }

        @Override
        long refused() {
            return refused.get();
        }

        @Override
        long accepted() {
            return accepted.size();
        }

        @Override
        void awaitAccount(Sequence sequence) throws Exception {
            super.awaitAccount(sequence);
            assertEquals("the views by their samples", sequence.samples(name), new HashMap<>(accepted));
        }

        @Override
        public void close() throws Exception {
            super.close();
            if (!gone) {
                gone = true;
                service.unregister();
            }
        }
    }

    /** A camera head that sends FreeD over UDP. */
    private final class Tracker extends Source {
        private static final int STALE_AFTER_MILLIS = 2_000;
        private final DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
        private final int port = TrackingIT.freeUdpPort();

        Tracker(String name, int x, int priority) throws IOException {
            super(name, x, priority, "samples.refused");
            configure(
                    "camera.tracking.freed",
                    name,
                    Map.of("port", port, "camera", camera, "priority", priority, "staleAfter", STALE_AFTER_MILLIS));
        }

        @Override
        void move() throws IOException {
            byte[] packet = TrackingIT.freeD(x);
            socket.send(new DatagramPacket(packet, packet.length, LOOPBACK, port));
        }

        /** Without packets it is stale. */
        @Override
        void leave() throws Exception {
            off();
        }

        @Override
        long silence() {
            return STALE_AFTER_MILLIS * 1000L / 2;
        }

        @Override
        public void close() throws Exception {
            super.close();
            socket.close();
        }
    }

    /** A desk that sends OSC over UDP. */
    private final class Osc extends Source {
        private final DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
        private final int port = TrackingIT.freeUdpPort();

        Osc(String name, int x, int priority) throws IOException {
            super(name, x, priority, "messages.refused");
            configure("osc", name, Map.of("port", port, "priority", priority));
        }

        @Override
        void move() throws IOException {
            send(OscIT.message("/camera/" + camera + "/position", x, 0, 0));
        }

        @Override
        void leave() throws Exception {
            off();
            send(OscIT.message("/camera/" + camera + "/release"));
        }

        private void send(byte[] packet) throws IOException {
            socket.send(new DatagramPacket(packet, packet.length, LOOPBACK, port));
        }

        @Override
        public void close() throws Exception {
            super.close();
            socket.close();
        }
    }

    /** A program that publishes to a broker. */
    private final class Mqtt extends Source {
        private final MqttPeer peer = new MqttPeer(mosquitto.port());
        // its own thread only
        private long sample;

        Mqtt(String name, int x, int priority) throws IOException {
            super(name, x, priority, "held");
            configure(
                    "mqtt",
                    name,
                    Map.of("url", "mqtt://127.0.0.1:" + mosquitto.port(), "in", "rig/# -> {#}", "priority", priority));
        }

        @Override
        void move() throws IOException {
            peer.publish("rig/" + camera, "{\"sample\":" + ++sample + ",\"view\":" + view(x) + "}", 0, false);
        }

        /** Without its broker a source has failed. */
        @Override
        void leave() throws Exception {
            off();
            mosquitto.kill();
        }

        @Override
        public void close() throws Exception {
            super.close();
            peer.close();
        }
    }

    /** A recording that is played in a loop; it is on and off by a hand on it. */
    private final class Replay extends Source {
        private static final int ENTRIES = 600;
        private final Path file;
        private boolean plays;

        Replay(String name, int x, int priority) throws Exception {
            super(name, x, priority, "");
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < ENTRIES; i++) {
                lines.append("{\"type\":\"camera\",\"camera\":\"")
                        .append(camera)
                        .append("\",\"time\":")
                        .append(i * 16_667L)
                        .append(",\"view\":")
                        .append(view(x))
                        .append("}\n");
            }
            file = Files.writeString(Files.createTempFile("fight", ".jsonl"), lines);
            configure("camera.replay", name, Map.of("file", file.toString(), "priority", priority));
            Host.await(60, "the recording to be read", () -> {
                try {
                    off();
                    return true;
                } catch (PlaybackException e) {
                    // nothing plays yet
                    return false;
                }
            });
        }

        private Playback playback() throws Exception {
            return Host.await(60, "the playback", () -> {
                for (ServiceReference<Playback> each :
                        context.getServiceReferences(Playback.class, "(compositor.source.id=" + name + ")")) {
                    return context.getService(each);
                }
                return null;
            });
        }

        @Override
        void on() throws Exception {
            playback().command(new PlaybackCommand.Play());
            plays = true;
        }

        @Override
        void off() throws Exception {
            playback().command(new PlaybackCommand.Pause());
            plays = false;
        }

        @Override
        boolean isOn() {
            return plays;
        }

        /** It moves by itself. */
        @Override
        void move() {}

        @Override
        void leave() throws Exception {
            off();
        }

        @Override
        long refused() {
            return state().map(SourceState::refused).orElse(0L);
        }

        @Override
        boolean knowsThatItIsHeld() throws Exception {
            return playback().state().lanes().stream()
                    .anyMatch(lane -> lane.camera().equals(camera) && lane.held());
        }

        @Override
        public void close() throws Exception {
            super.close();
            Files.deleteIfExists(file);
        }
    }

    private static String view(int x) {
        return "{\"kind\":\"3d\",\"position\":[" + x + ",0,0],\"orientation\":[0,0,0,1],"
                + "\"projection\":{\"type\":\"perspective\",\"yfov\":0.7,\"znear\":0.1}}";
    }

    // ---- the fight

    private <T extends Contestant> T the(Class<T> kind) {
        return contestants.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private String holder() {
        return bridge.control(camera).flatMap(ControlState::holder).orElse("");
    }

    private void allOn() throws Exception {
        for (Contestant one : contestants) {
            if (!one.isOn()) {
                one.on();
            }
        }
    }

    private void allOff() throws Exception {
        for (Contestant one : contestants) {
            one.off();
        }
    }

    /** Waits until somebody holds the camera and moves it, and all others that are on have been refused meanwhile. */
    private void holds(Contestant holder) throws Exception {
        Host.await(60, holder.name + " to hold it; it is " + holder(), () -> holder.name.equals(holder()));
        Map<Contestant, Long> before = new HashMap<>();
        for (Contestant one : contestants) {
            if (one != holder && one.isOn()) {
                before.put(one, one.refused());
            }
        }
        long views = sequence.views(holder.name);
        if (holder.isOn()) {
            Host.await(
                    60,
                    SETTLED + " more views of " + holder.name,
                    () -> sequence.views(holder.name) >= views + SETTLED);
        }
        for (Contestant loser : before.keySet()) {
            int told = loser instanceof Viewer ? TOLD : SETTLED;
            Host.await(
                    60,
                    told + " more refusals of " + loser.name + " beside " + holder.name,
                    () -> loser.refused() >= before.get(loser) + told && loser.knowsThatItIsHeld());
        }
        assertEquals(holder.name, holder());
    }

    private void judge() throws Exception {
        allOff();
        operator.off();
        List<Contestant> all = new ArrayList<>(contestants);
        all.add(operator);
        for (Contestant one : all) {
            one.awaitAccount(sequence);
        }
        sequence.judge(all);
    }

    /** As {@code compositor:freecamera} does. */
    private void free(ControlState held) {
        sequence.mayLose(held.holder().orElseThrow());
        bridge.release(new Driver(held.holder().orElseThrow(), held.session(), held.priority()), camera);
    }

    /** The last one of all is the same as without it. */
    private static List<String> withViewer() {
        List<String> kinds = new ArrayList<>(KINDS);
        kinds.add(KINDS.indexOf(DISPLAY) + 1, VIEWER);
        return kinds;
    }

    private static int rank(String kind) {
        return DISPLAYS + KINDS.indexOf(kind) - KINDS.indexOf(DISPLAY);
    }

    @Test
    public void amongEqualsWhoComesFirstHoldsItUntilItsLeaseEnds() throws Exception {
        enter("fight/equals", withViewer(), name -> DISPLAYS);
        for (Contestant first : contestants) {
            allOff();
            first.on();
            // what others have sent before may arrive now
            Host.await(60, first.name + " to come first", () -> {
                Optional<ControlState> held = bridge.control(camera);
                held.filter(state -> !first.name.equals(state.holder().orElse("")))
                        .ifPresent(this::free);
                return first.name.equals(holder());
            });
            allOn();
            holds(first);
        }
        Contestant last = contestants.get(contestants.size() - 1);
        last.off();
        // the sequence is judged by how long that took
        Host.await(60, "another than " + last.name, () -> !holder().isEmpty() && !last.name.equals(holder()));
        holds(contestants.stream()
                .filter(one -> one.name.equals(holder()))
                .findFirst()
                .orElseThrow());
        judge();
    }

    @Test
    public void theHighestPriorityHasItHoweverItComesAndGoes() throws Exception {
        // a viewer has the priority of a display, and no other
        enter("fight/ranks", KINDS, AllInputsIT::rank);
        for (Contestant higher : contestants) {
            higher.on();
            holds(higher);
        }

        for (int i = contestants.size() - 1; i > 0; i--) {
            sequence.mayLose(contestants.get(i).name);
            contestants.get(i).leave();
            holds(contestants.get(i - 1));
        }
        Tracker tracker = the(Tracker.class);
        assertEquals(
                SourceHealth.Status.STALE,
                tracker.state().orElseThrow().health().status());
        // from the bottom to the top at once
        tracker.on();
        holds(tracker);
        judge();
    }

    @Test
    public void whatAnOperatorTakesByForceNoPriorityTakesBack() throws Exception {
        enter("fight/force", withViewer(), kind -> kind.equals(VIEWER) ? DISPLAYS : rank(kind));
        allOn();
        Mqtt mqtt = the(Mqtt.class);
        holds(mqtt);
        String answer = the(Display.class).control("take", false);
        assertEquals(answer, "held", RawDisplay.string(answer, "code"));
        assertTrue(answer, answer.contains(mqtt.name));
        answer = the(Display.class).control("take", true);
        assertEquals(answer, "forbidden", RawDisplay.string(answer, "code"));
        answer = the(Display.class).control("release", false);
        assertEquals(answer, "held", RawDisplay.string(answer, "code"));
        holds(mqtt);

        takeByForce();
        holds(operator);
        operator.on();
        holds(operator);
        sequence.mayLose(operator.name);
        operator.leave();
        holds(mqtt);

        takeByForce();
        // it is silent, and the sequence is judged by how long that took
        holds(mqtt);
        judge();
    }

    private void takeByForce() throws Exception {
        sequence.mayForce(operator.name);
        String answer = operator.control("take", true);
        assertEquals(answer, "ack", RawDisplay.type(answer));
        assertEquals(operator.name, holder());
    }
}
