package org.geometryos.compositor.foxglove;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.io.json.JsonReader;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.testkit.FakeTransport;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;

/** What a stream has around it, with viewers whose messages are read as JSON. Its turns come when a test says so. */
final class Around implements Stream.Around, LinkListener {
    static final Settings SETTINGS = new Settings(TimeUnit.MILLISECONDS.toNanos(1), Optional.empty());

    private static final ServerMessage.Welcome WELCOME = new ServerMessage.Welcome(
            "s-1",
            "viewer",
            "token",
            false,
            "first",
            0,
            0,
            Role.ADMIN,
            new ServerMessage.Beat(1_000, 5_000),
            new ServerMessage.Limits(1_000, 1_000, 1_000, 1, 1),
            new ServerMessage.Server("Compositor Bridge", "1.0"),
            Optional.empty(),
            Optional.empty());

    final FakeClock clock = new FakeClock();
    final FakeTransport transport = new FakeTransport(clock);
    final List<Session> sessions = new ArrayList<>();
    /** What viewers asked for in the words of our own protocol. */
    final List<ClientMessage> requests = new ArrayList<>();

    FakeJournal journal = new FakeJournal("first");
    Settings settings = SETTINGS;
    boolean connected = true;
    final Map<String, Playback> playbacks = new HashMap<>();
    /** Done once, the next time. */
    Runnable whenAskedForTheTime = () -> {};

    Stream stream = stream();
    Foxglove foxglove = foxglove();

    Around() {
        transport.add(this);
    }

    private Stream stream() {
        return new Stream(this, clock, this::micros);
    }

    /** A stream asks for it behind the journal, as soon as there are other topics. */
    private long micros() {
        Runnable task = whenAskedForTheTime;
        whenAskedForTheTime = () -> {};
        task.run();
        return TimeUnit.NANOSECONDS.toMicros(clock.getAsLong()) + 1_700_000_000_000_000L;
    }

    private Foxglove foxglove() {
        return new Foxglove(stream::viewer, this::camera, () -> {});
    }

    /** Another version of the bundle takes over. */
    void swap() {
        stream = stream();
        foxglove = foxglove();
        transport.links().forEach(stream::opened);
    }

    private Optional<CameraState> camera(String name) {
        return journal.camera(name).flatMap(entry -> entry.change().view());
    }

    /** A viewer that has come by a host, with what the endpoint keeps of its handshake. */
    FakeLink viewer() {
        return viewer("");
    }

    /** The same with something behind the question mark of its address. */
    FakeLink viewer(String query) {
        transport.handler(new LinkHandler() {
            @Override
            public Decision handshake(Handshake handshake) {
                return new Decision.Accept(
                        Optional.of("foxglove.sdk.v1"),
                        LinkMemory.inDialect(LinkMemory.ofHandshake(
                                "foxglove.sdk.v1", "local", Optional.empty(), Role.ADMIN, false)));
            }

            @Override
            public boolean message(Link one, ByteBuffer payload, boolean text) {
                return true;
            }
        });
        FakeLink link = transport.connect(new Handshake(
                true, "/compositor", query, Map.of("host", List.of("wall:8080")), "127.0.0.1", 50_000, false));
        turn();
        return link;
    }

    /** Requests to its playback that a viewer waits for. */
    int viewerRequests(FakeLink link) {
        return stream.viewer(link.id()).requests.size();
    }

    /** Turns until nothing more is to be done at once. */
    void turn() {
        for (int i = 0; i < 40; i++) {
            clock.pass(TimeUnit.MILLISECONDS.toNanos(2));
            stream.turn();
        }
    }

    void say(FakeLink link, String json) throws DecodeException {
        foxglove.message(link.id(), ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), true, requests::add);
    }

    void publish(FakeLink link, int channel, String json) throws DecodeException {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(5 + text.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 1)
                .putInt(channel)
                .put(text);
        foxglove.message(link.id(), message.flip(), false, requests::add);
    }

    /** The channel that a viewer was told of last for a topic; -1 for one that it was not told of. */
    static long channel(FakeLink link, String topic) {
        return ViewerMemory.of(link).told().getOrDefault(topic, -1L);
    }

    void subscribe(FakeLink link, int id, String topic) throws DecodeException {
        say(
                link,
                "{\"op\":\"subscribe\",\"subscriptions\":[{\"id\":" + id + ",\"channelId\":" + channel(link, topic)
                        + "}]}");
    }

    /** What came to a viewer as text. */
    static List<Map<String, Object>> ops(FakeLink link) {
        return link.arrivals().stream()
                .filter(FakeLink.Arrival::text)
                .map(arrival -> read(arrival.payload()))
                .toList();
    }

    /** What came to a viewer for a subscription. */
    static List<Map<String, Object>> data(FakeLink link, int subscription) {
        return link.arrivals().stream()
                .filter(arrival -> !arrival.text())
                .map(FakeLink.Arrival::payload)
                .filter(bytes -> bytes[0] == 1
                        && ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(1) == subscription)
                .map(bytes -> read(Arrays.copyOfRange(bytes, 13, bytes.length)))
                .toList();
    }

    /** Messages with an opcode, behind it. */
    static List<ByteBuffer> binary(FakeLink link, int opcode) {
        return link.arrivals().stream()
                .filter(arrival -> !arrival.text() && arrival.payload()[0] == opcode)
                .map(arrival -> ByteBuffer.wrap(arrival.payload(), 1, arrival.payload().length - 1)
                        .slice()
                        .order(ByteOrder.LITTLE_ENDIAN))
                .toList();
    }

    static Map<String, Object> read(byte[] json) {
        try {
            return JsonReader.object(json);
        } catch (IOException e) {
            throw new AssertionError(new String(json, StandardCharsets.UTF_8), e);
        }
    }

    @Override
    public void opened(Link link) {
        stream.opened(link);
    }

    @Override
    public void ready(Link link) {
        stream.ready(link);
    }

    @Override
    public void changed(Link link) {
        // nothing
    }

    @Override
    public void closed(Link link, int code, String reason) {
        stream.closed(link);
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public ConnectionManager connections() {
        return !connected
                ? null
                : (ConnectionManager) Proxy.newProxyInstance(
                        ConnectionManager.class.getClassLoader(),
                        new Class<?>[] {ConnectionManager.class},
                        (proxy, method, arguments) -> switch (method.getName()) {
                            case "open" -> {
                                Link link = transport.link((Long) arguments[0]).orElseThrow();
                                stream.greeting(link.id(), WELCOME).ifPresent(bytes -> link.reply(bytes, true));
                                link.begin(journal.head(), 0, 0);
                                LinkMemory.of(link.attributes()).begin("s-1", "viewer", Map.of(), "first", 0);
                                yield null;
                            }
                            case "sessions" -> List.copyOf(sessions);
                            default -> throw new UnsupportedOperationException(method.getName());
                        });
    }

    @Override
    public Transport transport() {
        return transport;
    }

    @Override
    public Playback playback(String name) {
        return playbacks.get(name);
    }

    @Override
    public Settings settings() {
        return settings;
    }
}
