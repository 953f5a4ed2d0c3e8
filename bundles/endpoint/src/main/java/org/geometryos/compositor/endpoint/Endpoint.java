package org.geometryos.compositor.endpoint;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.configuration.Configured;
import org.geometryos.compositor.configuration.Problems;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;

/**
 * The protocol's server side: decides handshakes, decodes, answers requests, and closes connections that are no longer
 * admitted. Holds no state of its own: what belongs to a connection stands with its link. Without a connection manager
 * or without the codecs of version 1 the service is not there; then what clients send waits in their sockets.
 */
@Component(
        service = {LinkHandler.class, LinkListener.class},
        configurationPid = EndpointConfig.PID)
@Designate(ocd = EndpointConfig.class)
public final class Endpoint implements LinkHandler, LinkListener {
    private static final String V1_JSON = "(compositor.subprotocol=compositor.v1.json)";
    private static final String V1_CBOR = "(compositor.subprotocol=compositor.v1.cbor)";
    private static final String KEY_REQUIRED = EndpointConfig.PID + ".keyRequired";
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** Bytes of a message that count as one ordinary request; a longer one counts as several. */
    private static final int REQUEST_BYTES = 2_048;
    /** Messages beyond this length are taken apart a few at a time. */
    private static final int LONG_MESSAGE = 4_096;
    /** How long nothing more is read of a client whose request was one too many. */
    private static final long REST = TimeUnit.MILLISECONDS.toNanos(100);
    /** Of a client while no connection manager has said how many it may make. */
    private static final int REQUESTS_PER_SECOND = 100;
    /** Names in a subscription while no camera bridge tells how many cameras there may be. */
    private static final int NAMES = 400;

    private final Map<String, Codec> codecs = new ConcurrentHashMap<>();
    private final LongMessages longMessages =
            new LongMessages(Math.max(2, Runtime.getRuntime().availableProcessors()));
    private final LongSupplier nanos;
    private final LongSupplier micros;
    private final KeySource keySource;
    private final Problems keyProblems;
    private final Keys keys;
    private final boolean hostRequiresKey;
    private volatile ConnectionManager connections;
    private volatile Transport transport;
    private volatile CameraBridge cameras;
    private volatile SceneService scene;
    private volatile Journal journal;
    private final Configured<Settings> configured;
    private volatile Settings settings;

    @Activate
    public Endpoint(BundleContext context, Map<String, Object> configuration, @Reference ConfigurationAdmin admin) {
        this(
                context,
                configuration,
                new ConfiguredKeys(context, admin),
                means(context.getProperty(KEY_REQUIRED)),
                System::nanoTime,
                Endpoint::timeOfDay);
    }

    /**
     * @param context null without a framework
     * @param hostRequiresKey whether nobody is let in without a key, whatever the configuration says
     * @param nanos the clock, {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    Endpoint(
            BundleContext context,
            Map<String, Object> configuration,
            KeySource keySource,
            boolean hostRequiresKey,
            LongSupplier nanos,
            LongSupplier micros) {
        this.nanos = nanos;
        this.micros = micros;
        this.configured = Configured.of(context, EndpointConfig.PID, EndpointConfig.class, Settings::of);
        this.settings = configured.start(configuration);
        this.hostRequiresKey = hostRequiresKey;
        this.keySource = keySource;
        this.keyProblems = new Problems(context, KeyConfig.PID, KeyConfig.class);
        this.keys = new Keys(keySource, keyProblems);
        // first the ear, then the eye: a change in between is not missed
        keySource.follow(this::keysChanged);
        keys.require(keyRequired(configuration));
    }

    @Deactivate
    void deactivate() {
        keySource.close();
        keyProblems.close();
        configured.close();
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configured.change(properties).ifPresent(changed -> settings = changed);
        // whatever else is wrong with it: a slip must not open the host
        keys.require(keyRequired(properties));
        checkAll();
    }

    private boolean keyRequired(Map<String, Object> properties) {
        Object flag = properties.get("keyRequired");
        return hostRequiresKey || means(flag == null ? null : flag.toString());
    }

    private static boolean means(String flag) {
        return flag != null && !flag.strip().equalsIgnoreCase("false");
    }

    // ---- who may stay

    private void keysChanged() {
        keys.reload();
        checkAll();
    }

    private void checkAll() {
        Transport sockets = transport;
        if (sockets != null) {
            sockets.links().forEach(this::check);
        }
        ConnectionManager manager = connections;
        if (manager != null) {
            manager.sessions().stream()
                    .filter(session -> !session.connected() && !keys.known(session.key()))
                    .forEach(session -> manager.close(
                            session.id(), CloseCode.REVOKED.code(), "the key was revoked", Optional.empty()));
        }
    }

    /**
     * Also comes for links whose handshake was decided with other keys than there are now, and for all of them after
     * this bundle was replaced.
     */
    @Override
    public void opened(Link link) {
        check(link);
    }

    @Override
    public void closed(Link link, int code, String reason) {
        longMessages.gone(link);
    }

    /**
     * Closes a link that may not stay. Without a connection manager nothing: then this instance is about to go, and the
     * next one looks again.
     */
    private void check(Link link) {
        ConnectionManager manager = connections;
        if (manager != null) {
            keys.judge(link)
                    .ifPresent(verdict -> manager.close(link.id(), verdict.code(), verdict.reason(), Optional.empty()));
        }
    }

    // ---- handshakes

    @Override
    public Decision handshake(Handshake handshake) {
        ConnectionManager manager = connections;
        Decision decision = gate().decide(
                        handshake,
                        (key, role, operator) -> journal == null || manager == null
                                ? Optional.of(new Refusal("not ready: a part of the server is being replaced", RETRY))
                                : manager.admit(handshake.remoteAddress(), key, role, operator, handshake.upgrade()));
        if (decision instanceof Decision.Refuse refusal && handshake.upgrade() && manager != null) {
            manager.refused(handshake.remoteAddress(), refusal.status(), refusal.reason());
        }
        return decision;
    }

    private Gate gate() {
        return new Gate(keys.ring(), settings.origins(), codecs.keySet());
    }

    @Override
    public Map<String, String> statusHeaders(Handshake handshake) {
        return handshake
                .header("origin")
                .filter(origin -> gate().readable(handshake, origin))
                .map(origin -> Map.of("Access-Control-Allow-Origin", origin, "Vary", "Origin"))
                .orElse(Map.of());
    }

    // ---- messages

    @Override
    public boolean message(Link link, ByteBuffer payload, boolean text) {
        long received = micros.getAsLong();
        LinkMemory memory = LinkMemory.of(link.attributes());
        Codec codec = codecs.get(memory.codec());
        if (codec == null) {
            connections.close(
                    link.id(),
                    CloseCode.RESTART.code(),
                    "the codec of this connection is gone",
                    Optional.of(Duration.ZERO));
            return true;
        }
        if (text != codec.text()) {
            link.close(
                    CloseCode.WRONG_FRAME_TYPE.code(),
                    codec.subprotocol() + " takes " + (codec.text() ? "text" : "binary") + " messages");
            return true;
        }
        if (payload.remaining() <= LONG_MESSAGE) {
            return take(link, memory, codec, payload, received);
        }
        if (!longMessages.enter(link)) {
            return true;
        }
        try {
            return take(link, memory, codec, payload, received);
        } finally {
            longMessages.leave();
        }
    }

    private boolean take(Link link, LinkMemory memory, Codec codec, ByteBuffer payload, long received) {
        Quota quota = new Quota(memory, nanos.getAsLong());
        Caller caller = new Caller(link, memory, codec, quota, received);
        int length = payload.remaining();
        int perSecond = memory.requestsPerSecond(REQUESTS_PER_SECOND);
        Quota.Verdict verdict = quota.request(perSecond, 1 + length / REQUEST_BYTES);
        if (verdict != Quota.Verdict.GRANTED) {
            link.rest(REST);
            caller.error(
                    length > LONG_MESSAGE ? Optional.empty() : idOf(codec, payload),
                    ErrorCode.LIMIT,
                    "more than "
                            + perSecond + " requests per second"
                            + (length < REQUEST_BYTES
                                    ? ""
                                    : ", of which one of " + length + " bytes counts as "
                                            + (1 + length / REQUEST_BYTES)),
                    null);
            if (verdict == Quota.Verdict.TOO_LONG) {
                connections.close(
                        link.id(),
                        CloseCode.TOO_MUCH_ASKED.code(),
                        "too many requests for ten seconds running",
                        Optional.of(Duration.ofSeconds(10)));
            }
            return true;
        }
        try {
            return handle(caller, codec.decodeClient(payload));
        } catch (DecodeException e) {
            caller.error(e.id(), e.code(), e.getMessage(), e.field().orElse(null));
            if (e.code() == ErrorCode.MALFORMED && quota.malformed(settings.malformedPerMinute())) {
                connections.close(
                        link.id(),
                        CloseCode.MALFORMED.code(),
                        "more than " + settings.malformedPerMinute() + " malformed messages within a minute",
                        Optional.empty());
            }
            return true;
        }
    }

    private static Optional<RequestId> idOf(Codec codec, ByteBuffer payload) {
        try {
            return codec.decodeClient(payload).id();
        } catch (DecodeException e) {
            return e.id();
        }
    }

    /** Who sent the message that is being handled. */
    private record Caller(Link link, LinkMemory memory, Codec codec, Quota quota, long received) {

        String session() {
            return memory.session();
        }

        Role role() {
            return memory.role().orElseThrow();
        }

        void send(ServerMessage message) {
            link.reply(codec.encode(message), codec.text());
        }

        void ack(Optional<RequestId> id, OptionalLong seq) {
            id.ifPresent(number -> send(new ServerMessage.Ack(number, seq)));
        }

        void error(Optional<RequestId> id, ErrorCode code, String message, String field) {
            send(new ServerMessage.Error(id, code, message, Optional.ofNullable(field)));
        }
    }

    /** @return whether to go on with the next message */
    private boolean handle(Caller caller, ClientMessage message) {
        boolean greeted = caller.memory.greeted();
        if (message instanceof ClientMessage.Hello hello) {
            if (greeted) {
                caller.error(hello.id(), ErrorCode.INVALID, "hello was said already on this connection", "type");
            } else {
                hello(caller, hello);
            }
            return true;
        }
        if (!greeted) {
            caller.error(message.id(), ErrorCode.INVALID, "hello must be the first message", "type");
            return true;
        }
        if (caller.memory.adminOnly() && !forOperators(message)) {
            caller.error(message.id(), ErrorCode.FORBIDDEN, "this connection is for admin requests only", "type");
            return true;
        }
        if (message instanceof ClientMessage.Camera camera) {
            camera(caller, camera);
        } else if (message instanceof ClientMessage.Ping ping) {
            caller.send(new ServerMessage.Pong(ping.id(), ping.t0(), caller.received, micros.getAsLong()));
        } else if (message instanceof ClientMessage.Subscribe subscribe) {
            return subscribe(caller, subscribe.id(), subscribe.subscription(), false);
        } else if (message instanceof ClientMessage.Unsubscribe unsubscribe) {
            return subscribe(caller, unsubscribe.id(), Subscription.NONE, true);
        } else if (message instanceof ClientMessage.Settings changed) {
            connections.settings(caller.link.id(), changed.settings());
            caller.ack(changed.id(), OptionalLong.empty());
        } else if (message instanceof ClientMessage.Control control) {
            control(caller, control);
        } else if (message instanceof ClientMessage.Scene change) {
            scene(caller, change);
        } else if (message instanceof ClientMessage.Admin admin) {
            if (permitted(caller, admin.id(), Role.ADMIN)) {
                admin(caller, admin.id(), admin.action());
            }
        } else if (message instanceof ClientMessage.Bye) {
            connections.leave(caller.link.id());
        }
        return true;
    }

    private static boolean forOperators(ClientMessage message) {
        return message instanceof ClientMessage.Admin
                || message instanceof ClientMessage.Ping
                || message instanceof ClientMessage.Bye;
    }

    private void hello(Caller caller, ClientMessage.Hello hello) {
        if (caller.memory.adminOnly() && hello.opening().resume().isPresent()) {
            caller.error(
                    hello.id(),
                    ErrorCode.FORBIDDEN,
                    "this connection is for admin requests only and cannot resume a session",
                    "resume");
            return;
        }
        try {
            connections.open(caller.link.id(), hello.opening());
        } catch (RequestException e) {
            caller.error(
                    hello.id(),
                    ErrorCode.of(e.code()),
                    e.getMessage(),
                    e.field().orElse(null));
            if (e.close() != 0) {
                connections.close(caller.link.id(), e.close(), e.getMessage(), Optional.empty());
            }
        }
    }

    /** Leaves the subscription to the broadcaster, which answers in the stream; the next message waits until it has. */
    private boolean subscribe(Caller caller, Optional<RequestId> id, Subscription wanted, boolean silent) {
        CameraBridge bridge = cameras;
        int most = bridge == null ? NAMES : bridge.maxCameras();
        if (wanted.cameras().size() > most) {
            caller.error(
                    id,
                    ErrorCode.LIMIT,
                    "cameras must hold at most " + most + " names, which is maxCameras, not "
                            + wanted.cameras().size(),
                    "cameras");
            return true;
        }
        connections.reserve(caller.link.id(), wanted.bytes());
        caller.memory.ask(
                wanted,
                id.map(number ->
                        number instanceof RequestId.Number n ? (Object) n.value() : ((RequestId.Text) number).value()),
                silent);
        caller.link.signal();
        return false;
    }

    private boolean permitted(Caller caller, Optional<RequestId> id, Role needed) {
        if (caller.role().includes(needed)) {
            return true;
        }
        caller.error(
                id,
                ErrorCode.FORBIDDEN,
                "role " + needed.word() + " is needed, this key has "
                        + caller.role().word(),
                null);
        return false;
    }

    private void camera(Caller caller, ClientMessage.Camera message) {
        if (!permitted(caller, message.id(), Role.CONTROL)) {
            return;
        }
        CameraBridge bridge = cameras;
        if (bridge == null) {
            away(caller, message.id(), "camera bridge");
        } else {
            answer(caller, message.id(), bridge.update(driver(caller), message.update()));
        }
    }

    private void control(Caller caller, ClientMessage.Control message) {
        if (!permitted(caller, message.id(), message.force() ? Role.ADMIN : Role.CONTROL)) {
            return;
        }
        CameraBridge bridge = cameras;
        if (bridge == null) {
            away(caller, message.id(), "camera bridge");
            return;
        }
        switch (message.action()) {
            case TAKE -> answer(caller, message.id(), bridge.take(driver(caller), message.camera(), message.force()));
            case RELEASE -> answer(caller, message.id(), bridge.release(driver(caller), message.camera()));
            case ASK -> ask(caller, message, bridge.control(message.camera()).flatMap(ControlState::session));
        }
    }

    /** A camera that is free, held by a source or by whoever asks has nobody to be asked. */
    private void ask(Caller caller, ClientMessage.Control message, Optional<String> holder) {
        try {
            if (holder.isPresent() && !holder.get().equals(caller.session())) {
                connections.ask(caller.link.id(), message.camera(), holder.get());
            }
            caller.ack(message.id(), OptionalLong.empty());
        } catch (RequestException e) {
            if (message.id().isPresent() || caller.quota.tellHeld()) {
                caller.error(
                        message.id(),
                        ErrorCode.of(e.code()),
                        e.getMessage(),
                        e.field().orElse(null));
            }
        }
    }

    private void scene(Caller caller, ClientMessage.Scene message) {
        if (!permitted(caller, message.id(), Role.CONTROL)) {
            return;
        }
        SceneService service = scene;
        if (service == null) {
            away(caller, message.id(), "scene");
            return;
        }
        SceneOutcome outcome = service.change(driver(caller), message.ops(), message.camera());
        if (outcome instanceof SceneOutcome.Accepted accepted) {
            caller.ack(message.id(), accepted.seq());
        } else if (outcome instanceof SceneOutcome.Refused refused) {
            refused(
                    caller,
                    message.id(),
                    refused.reason(),
                    refused.message(),
                    refused.field().orElse(null));
        }
    }

    private static void away(Caller caller, Optional<RequestId> id, String part) {
        refused(caller, id, Outcome.Reason.UNAVAILABLE, "the " + part + " is away for a moment; send it again", null);
    }

    /** Without id at most once a second: a stream of requests would be answered by a stream of errors. */
    private static void refused(
            Caller caller, Optional<RequestId> id, Outcome.Reason reason, String message, String field) {
        if (id.isPresent() || caller.quota.tellHeld()) {
            caller.error(id, ErrorCode.valueOf(reason.name()), message, field);
        }
    }

    private Driver driver(Caller caller) {
        return new Driver(caller.memory.display(), Optional.of(caller.session()), settings.priority(caller.role()));
    }

    private static void answer(Caller caller, Optional<RequestId> id, Outcome outcome) {
        if (outcome instanceof Outcome.Accepted accepted) {
            caller.ack(id, accepted.seq());
        } else if (outcome instanceof Outcome.Refused refused) {
            refused(
                    caller,
                    id,
                    refused.reason(),
                    refused.message(),
                    refused.reason() == Outcome.Reason.UNAVAILABLE ? null : "camera");
        }
    }

    private void admin(Caller caller, Optional<RequestId> id, ClientMessage.AdminAction action) {
        if (action instanceof ClientMessage.AdminAction.RemoveCamera remove) {
            CameraBridge bridge = cameras;
            if (bridge == null) {
                away(caller, id, "camera bridge");
            } else {
                answer(caller, id, bridge.remove(remove.camera(), Optional.of(caller.session())));
            }
        } else if (action instanceof ClientMessage.AdminAction.Close close) {
            Optional<Session> session = connections.sessions().stream()
                    .filter(s -> s.display().equals(close.display()))
                    .findFirst();
            if (session.isEmpty()) {
                caller.error(id, ErrorCode.NOT_FOUND, "there is no display \"" + close.display() + "\"", "display");
                return;
            }
            caller.ack(id, OptionalLong.empty());
            connections.close(
                    session.get().id(),
                    CloseCode.NORMAL.code(),
                    close.reason().orElse("closed by an operator"),
                    Optional.empty());
        } else if (action instanceof ClientMessage.AdminAction.Drain drain) {
            caller.ack(id, OptionalLong.empty());
            connections.drain(millis(drain.over()), millis(drain.reconnectAfter()), Optional.of(caller.session()));
        } else if (action instanceof ClientMessage.AdminAction.Undrain) {
            connections.undrain();
            caller.ack(id, OptionalLong.empty());
        } else if (action instanceof ClientMessage.AdminAction.Notice notice) {
            int told = connections.notice(notice.display(), notice.level(), notice.text());
            if (told == 0 && notice.display().isPresent()) {
                caller.error(
                        id,
                        ErrorCode.NOT_FOUND,
                        "no display \"" + notice.display().get() + "\" is connected",
                        "display");
            } else {
                caller.ack(id, OptionalLong.empty());
            }
        }
    }

    private static Optional<Duration> millis(OptionalLong millis) {
        return millis.isPresent() ? Optional.of(Duration.ofMillis(millis.getAsLong())) : Optional.empty();
    }

    static long timeOfDay() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }

    // ---- presence

    @Reference(target = V1_JSON, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setJson(Codec codec) {
        addCodec(codec);
    }

    void unsetJson(Codec codec) {
        removeCodec(codec);
    }

    @Reference(target = V1_CBOR, policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setCbor(Codec codec) {
        addCodec(codec);
    }

    void unsetCbor(Codec codec) {
        removeCodec(codec);
    }

    /** Codecs of further versions. */
    @Reference(
            target = "(!(|" + V1_JSON + V1_CBOR + "))",
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC)
    void addCodec(Codec codec) {
        codecs.put(codec.subprotocol(), codec);
    }

    void removeCodec(Codec codec) {
        codecs.remove(codec.subprotocol(), codec);
    }

    @Reference(policy = ReferencePolicy.DYNAMIC, policyOption = ReferencePolicyOption.GREEDY)
    void setConnections(ConnectionManager next) {
        connections = next;
    }

    void unsetConnections(ConnectionManager old) {
        if (connections == old) {
            connections = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setTransport(Transport next) {
        transport = next;
    }

    void unsetTransport(Transport old) {
        if (transport == old) {
            transport = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setCameras(CameraBridge next) {
        cameras = next;
    }

    void unsetCameras(CameraBridge old) {
        if (cameras == old) {
            cameras = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setScene(SceneService next) {
        scene = next;
    }

    void unsetScene(SceneService old) {
        if (scene == old) {
            scene = null;
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setJournal(Journal next) {
        journal = next;
    }

    void unsetJournal(Journal old) {
        if (journal == old) {
            journal = null;
        }
    }
}
