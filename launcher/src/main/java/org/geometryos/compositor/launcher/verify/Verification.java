package org.geometryos.compositor.launcher.verify;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.launcher.command.Key;
import org.geometryos.compositor.launcher.command.Target;
import org.geometryos.compositor.launcher.verify.RawSocket.Answer;
import org.geometryos.compositor.launcher.verify.RawSocket.Frame;
import org.geometryos.compositor.launcher.verify.Report.Verdict;
import org.geometryos.compositor.launcher.verify.Session.Received;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/**
 * Checks a server from end to end against the protocol, step by step. It only receives and drives nothing, so that it
 * can be done while displays are connected. Each wait has a limit, and the whole ends within the heartbeat's interval
 * and 30 s.
 */
final class Verification {
    /** How long one answer may take. */
    private static final long WAIT_MILLIS = 3_000;

    private static final long ALL_MILLIS = 30_000;
    private static final long DEFAULT_INTERVAL = 10_000;
    /** A heartbeat may be late by a quarter of its interval; with a short one by this, which a busy machine needs. */
    private static final long MIN_SLACK = 500;

    private static final int ENOUGH = 20;
    private static final int SOME = 5;
    /** 2020; a clock before that was never set. Microseconds. */
    private static final long SANE_TIME = 1_577_836_800_000_000L;

    private static final String ADMIN = "compositor.admin";
    private static final RequestId ASKED = new RequestId.Text("verify");
    private static final RequestId CONTROL = new RequestId.Text("control");
    private static final RequestId ASKED_AGAIN = new RequestId.Text("still-open");

    private final Target target;
    private final Optional<String> key;
    private final Optional<String> camera;
    private final Codec codec;
    private final Report report;
    private final String name =
            "verify-" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 30, 1L << 40), 36);
    private final List<RawSocket> sockets = new ArrayList<>();
    private final long began = System.nanoTime();
    private long end = began + TimeUnit.MILLISECONDS.toNanos(DEFAULT_INTERVAL + ALL_MILLIS);
    private InetAddress address;
    /** The session whose heartbeats are awaited and whose account is checked. */
    private Session main;
    /** When its welcome came. */
    private long welcomed;
    /** Where in what it received its first snapshot stands. */
    private int snapshotAt;

    /** @return what there is to say when all is well */
    private interface Action {
        String run() throws IOException, Fault, Skip, InterruptedException;
    }

    /** @param camera the one to look at; empty: all */
    Verification(Target target, Optional<String> camera, Report report) {
        this.target = target;
        this.key = target.key().map(Key::secret);
        this.camera = camera;
        this.codec = target.cbor() ? Codecs.cbor() : Codecs.json();
        this.report = report;
    }

    void run() throws InterruptedException {
        try {
            step("reachable", this::reachable);
            step("status", this::status, "reachable");
            step("handshake", this::handshake, "reachable");
            step("wrong-key", this::wrongKey, "reachable");
            step("unknown-subprotocol", this::unknownSubprotocol, "handshake");
            step("subprotocols", this::subprotocols, "handshake");
            step("admin-subprotocol", this::adminSubprotocol, "subprotocols");
            step("welcome", this::welcome, "handshake");
            step("no-subprotocol", this::noSubprotocol, "welcome");
            step("ping", this::ping, "welcome");
            step("snapshot", this::snapshot, "welcome");
            step("updates", this::updates, "snapshot");
            step("codecs", this::codecs, "snapshot", "subprotocols");
            step("invalid", this::invalid, "welcome");
            step("malformed", this::malformed, "welcome");
            step("control", this::control, "welcome");
            step("resume", this::resume, "snapshot");
            step("websocket-ping", this::webSocketPing, "welcome");
            step("heartbeat", this::heartbeat, "welcome");
            step("account", this::account, "heartbeat", "snapshot");
            step("bye", this::bye, "welcome");
        } finally {
            sockets.forEach(RawSocket::close);
        }
    }

    private void step(String step, Action action, String... needs) throws InterruptedException {
        long start = System.nanoTime();
        Verdict verdict;
        String detail;
        try {
            for (String need : needs) {
                if (!report.ok(need)) {
                    throw new Skip("not possible without the step " + need);
                }
            }
            if (start - end > 0) {
                throw new Skip("no time left, other steps took too long");
            }
            detail = action.run();
            verdict = Verdict.OK;
        } catch (Skip e) {
            verdict = Verdict.SKIP;
            detail = e.getMessage();
        } catch (Fault e) {
            verdict = Verdict.FAIL;
            detail = e.getMessage();
        } catch (IOException e) {
            verdict = Verdict.FAIL;
            detail = reason(e);
        }
        report.add(new Report.Result(step, verdict, (System.nanoTime() - start) / 1e6, detail));
    }

    private static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        return e instanceof SocketTimeoutException
                ? "no answer within " + WAIT_MILLIS + " ms"
                : e instanceof SSLException
                        ? "TLS failed: " + message
                        : e instanceof EOFException
                                ? "the connection ended before the answer"
                                : e instanceof ConnectException
                                        ? "TCP: " + message
                                        : e.getClass() == IOException.class
                                                ? message
                                                : e.getClass().getSimpleName() + ": " + message;
    }

    /** A wait from now on, within the whole's limit; nanoseconds. */
    private long until(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return until - end < 0 ? until : end;
    }

    private long until() {
        return until(WAIT_MILLIS);
    }

    // ---- connecting

    private RawSocket connect() throws IOException {
        RawSocket socket = RawSocket.open(target, address, (int) WAIT_MILLIS);
        sockets.add(socket);
        return socket;
    }

    /** A session. @param suffix of the display's name, as two sessions need two */
    private Session open(Codec form, String suffix, boolean keepOpen, Optional<Opening.Resume> resume)
            throws IOException, Fault, InterruptedException {
        RawSocket socket = connect();
        upgraded(socket.upgrade(List.of(form.subprotocol()), key));
        Session session = new Session(socket, form);
        session.hello(name + suffix, keepOpen, resume, until());
        return session;
    }

    private static void upgraded(Answer answer) throws Fault {
        if (answer.status() != 101) {
            throw new Fault("HTTP " + answer.status() + ", must be 101" + answer.said());
        }
    }

    private ClientMessage subscribe() {
        return new ClientMessage.Subscribe(
                Optional.of(ASKED),
                new Subscription(
                        camera.isEmpty(),
                        camera.map(Set::of).orElse(Set.of()),
                        false,
                        false,
                        true,
                        OptionalDouble.empty(),
                        true));
    }

    /** Subscribes to each update and waits for the snapshot. */
    private void follow(Session session) throws IOException, Fault, InterruptedException {
        session.send(subscribe());
        session.await("snapshot after subscribe", ServerMessage.Snapshot.class, until());
    }

    // ---- the steps

    private String reachable() throws IOException, Fault, InterruptedException {
        FutureTask<InetAddress[]> lookup = new FutureTask<>(() -> InetAddress.getAllByName(target.host()));
        Thread resolver = new Thread(lookup, "verify-resolver");
        resolver.setDaemon(true);
        resolver.start();
        InetAddress[] addresses;
        try {
            addresses = lookup.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new Fault(
                    e.getCause() instanceof UnknownHostException
                            ? "DNS: the name " + target.host() + " is unknown"
                            : "DNS: " + target.host() + ": " + e.getCause().getMessage());
        } catch (TimeoutException e) {
            throw new Fault("DNS: no answer for " + target.host() + " within " + WAIT_MILLIS + " ms");
        }
        IOException last = null;
        long limit = until();
        for (InetAddress one : addresses) {
            long millis = (limit - System.nanoTime()) / 1_000_000;
            if (millis < 1) {
                break;
            }
            try (RawSocket socket = RawSocket.open(target, one, (int) millis)) {
                address = one;
                return one.getHostAddress() + " port " + target.port()
                        + socket.tls().map(version -> ", " + version).orElse("");
            } catch (SSLException e) {
                throw new Fault(
                        "TLS with " + one.getHostAddress() + " port " + target.port() + " failed: " + e.getMessage());
            } catch (IOException e) {
                last = e;
            }
        }
        throw new Fault(target.host() + " port " + target.port() + ": " + (last == null ? "no address" : reason(last)));
    }

    private String status() throws IOException, Fault {
        try (RawSocket socket = connect()) {
            Answer answer = socket.get(target.statusPath(), key);
            if (answer.status() != 200) {
                throw new Fault("GET " + target.statusPath() + " gives HTTP " + answer.status() + ", must be 200"
                        + answer.said());
            }
            Map<String, String> fields = StatusBody.read(answer.body());
            return fields.get("status") + ": " + fields.get("reason");
        }
    }

    private String handshake() throws IOException, Fault {
        try (RawSocket socket = connect()) {
            upgraded(socket.upgrade(List.of(codec.subprotocol()), key));
            return key.isPresent() ? "with the key" : "without a key";
        }
    }

    private String wrongKey() throws IOException, Fault, Skip {
        try (RawSocket socket = connect()) {
            Answer answer = socket.upgrade(
                    List.of(codec.subprotocol()), Optional.of(Key.random().secret()));
            if (answer.status() == 101) {
                throw new Skip("the server has no key configured: it let a random one in");
            }
            if (answer.status() != 401 || !answer.values("www-authenticate").contains("Bearer")) {
                throw new Fault("a random key gives HTTP " + answer.status() + " with WWW-Authenticate "
                        + answer.values("www-authenticate") + ", must be 401 with Bearer");
            }
            return "refused with 401";
        }
    }

    private String unknownSubprotocol() throws IOException, Fault {
        try (RawSocket socket = connect()) {
            Answer answer = socket.upgrade(List.of("compositor.v0.unknown"), key);
            if (answer.status() != 400) {
                throw new Fault("only an unknown subprotocol offered gives HTTP " + answer.status() + ", must be 400");
            }
            if (!answer.body().contains(Codecs.json().subprotocol())
                    || !answer.body().contains(Codecs.cbor().subprotocol())) {
                throw new Fault("the body of the 400 must name the supported subprotocols" + answer.said());
            }
            return "refused with 400";
        }
    }

    private String subprotocols() throws IOException, Fault {
        String json = Codecs.json().subprotocol();
        String cbor = Codecs.cbor().subprotocol();
        for (List<String> offers : List.of(List.of(json), List.of(cbor), List.of(json, cbor), List.of(cbor, json))) {
            try (RawSocket socket = connect()) {
                Answer answer = socket.upgrade(offers, key);
                if (answer.status() != 101) {
                    throw new Fault(
                            "offered " + offers + ": HTTP " + answer.status() + ", must be 101" + answer.said());
                }
                if (!answer.values("sec-websocket-protocol").equals(offers.subList(0, 1))) {
                    throw new Fault("offered " + offers + ": answered " + answer.values("sec-websocket-protocol")
                            + ", must be exactly [" + offers.get(0) + "]");
                }
            }
        }
        return "JSON and CBOR, the first one offered";
    }

    /** It lets whoever runs the host in where others do not get in; everywhere else it is nothing. */
    private String adminSubprotocol() throws IOException, Fault {
        try (RawSocket socket = connect();
                RawSocket alone = connect()) {
            Answer answer = socket.upgrade(List.of(ADMIN, codec.subprotocol()), key);
            if (answer.status() != 101
                    || !answer.values("sec-websocket-protocol").equals(List.of(codec.subprotocol()))) {
                throw new Fault("offered [" + ADMIN + ", " + codec.subprotocol() + "]: HTTP " + answer.status()
                        + ", answered " + answer.values("sec-websocket-protocol") + ", must be 101 and exactly ["
                        + codec.subprotocol() + "]");
            }
            int status = alone.upgrade(List.of(ADMIN), key).status();
            if (status != 400) {
                throw new Fault("only " + ADMIN + " offered gives HTTP " + status + ", must be 400");
            }
            return "never selected";
        }
    }

    private String welcome() throws IOException, Fault, InterruptedException {
        Session session = open(codec, "", false, Optional.empty());
        ServerMessage.Welcome said = session.welcome();
        welcomed = session.received().get(session.received().size() - 1).nanos();
        rule("session", said.session(), !said.session().isEmpty(), "must not be empty");
        rule("token", "", !said.token().isEmpty(), "must not be empty");
        rule("epoch", said.epoch(), !said.epoch().isEmpty(), "must not be empty");
        rule("display", said.display(), said.display().equals(name), "must be " + name);
        rule("resumed", said.resumed(), !said.resumed(), "must be false without resume");
        rule("seq", said.seq(), said.seq() >= 0, "must be at least 0");
        rule("time", said.time(), said.time() >= SANE_TIME, "must be microseconds since 1970, not before 2020");
        long interval = said.heartbeat().interval();
        rule("heartbeat.interval", interval, interval > 0, "must be above 0");
        rule(
                "heartbeat.timeout",
                said.heartbeat().timeout(),
                said.heartbeat().timeout() > interval,
                "must be above the interval " + interval);
        rule("limits.messageBytes", said.limits().messageBytes(), said.limits().messageBytes() > 0, "must be above 0");
        rule(
                "limits.requestsPerSecond",
                said.limits().requestsPerSecond(),
                said.limits().requestsPerSecond() > 0,
                "must be above 0");
        rule(
                "limits.resumeWindow",
                said.limits().resumeWindow(),
                said.limits().resumeWindow() >= 0,
                "must be at least 0");
        rule("server.name", said.server().name(), !said.server().name().isEmpty(), "must not be empty");
        main = session;
        end = began + TimeUnit.MILLISECONDS.toNanos(interval + ALL_MILLIS);
        return said.server().name() + " " + said.server().version() + ", role "
                + said.role().word() + ", heartbeat " + interval + " ms";
    }

    private static void rule(String field, Object value, boolean kept, String rule) throws Fault {
        if (!kept) {
            throw new Fault("welcome." + field + " " + value + ": " + rule);
        }
    }

    private String noSubprotocol() throws IOException, Fault, InterruptedException {
        try (RawSocket socket = connect()) {
            Answer answer = socket.upgrade(List.of(), key);
            upgraded(answer);
            if (!answer.values("sec-websocket-protocol").isEmpty()) {
                throw new Fault("nothing offered: answered " + answer.values("sec-websocket-protocol")
                        + ", must be no Sec-WebSocket-Protocol");
            }
            new Session(socket, Codecs.json()).hello(name + ".none", false, Optional.empty(), until());
            return "JSON, no header";
        }
    }

    private String ping() throws IOException, Fault, InterruptedException {
        long best = Long.MAX_VALUE;
        long offset = 0;
        for (int i = 0; i < SOME; i++) {
            RequestId id = new RequestId.Number(1000 + i);
            long t0 = micros();
            long sent = System.nanoTime();
            main.send(new ClientMessage.Ping(Optional.of(id), t0));
            ServerMessage.Pong pong = main.await(
                    "pong after ping", ServerMessage.Pong.class, any -> any.id().equals(Optional.of(id)), until());
            long t3 = t0 + (main.received().get(main.received().size() - 1).nanos() - sent) / 1000;
            if (pong.t0() != t0) {
                throw new Fault("pong.t0 " + pong.t0() + ": must be the ping's, " + t0);
            }
            if (pong.t2() < pong.t1()) {
                throw new Fault("pong.t2 " + pong.t2() + ": must not lie before t1, " + pong.t1());
            }
            long roundTrip = t3 - t0 - (pong.t2() - pong.t1());
            if (roundTrip < best) {
                best = roundTrip;
                offset = (pong.t1() - t0 + pong.t2() - t3) / 2;
            }
        }
        return String.format(Locale.ROOT, "round trip %.1f ms, clock offset %.1f ms", best / 1000.0, offset / 1000.0);
    }

    private String snapshot() throws IOException, Fault, InterruptedException {
        int from = main.received().size();
        main.send(subscribe());
        main.collect(until(), all -> cameras(all.subList(from, all.size())).size() >= ENOUGH);
        List<Received> all = main.received();
        int ack = index(
                all,
                from,
                message -> message instanceof ServerMessage.Ack one && one.id().equals(ASKED));
        int first = index(all, from, ServerMessage.Snapshot.class::isInstance);
        int refused = index(
                all,
                from,
                message -> message instanceof ServerMessage.Error error
                        && error.id().equals(Optional.of(ASKED)));
        if (refused < all.size()) {
            throw new Fault("subscribe was refused: "
                    + ((ServerMessage.Error) all.get(refused).message()).message());
        }
        if (first < ack && first < all.size()) {
            throw new Fault("the snapshot came before the ack of subscribe; must come behind it");
        }
        if (ack == all.size() || first == all.size()) {
            throw new Fault("no " + (ack == all.size() ? "ack" : "snapshot") + " after subscribe within " + WAIT_MILLIS
                    + " ms");
        }
        int early = index(all, from, message -> sequence(message).isPresent());
        if (early < first) {
            throw new Fault("an update came before the snapshot; must come behind it");
        }
        ServerMessage.Snapshot snapshot =
                (ServerMessage.Snapshot) all.get(first).message();
        if (!snapshot.all() || !snapshot.epoch().equals(main.welcome().epoch())) {
            throw new Fault("the first snapshot has all " + snapshot.all() + " and epoch " + snapshot.epoch()
                    + ", must be true and " + main.welcome().epoch());
        }
        boolean gap = false;
        for (Received later : all.subList(first + 1, all.size())) {
            gap |= later.message() instanceof ServerMessage.Gap;
            if (later.message() instanceof ServerMessage.Snapshot && !gap) {
                throw new Fault("a second snapshot came, without a gap; must be exactly one");
            }
        }
        snapshotAt = first;
        return snapshot.cameras().size() + " cameras at seq " + snapshot.seq();
    }

    private String updates() throws Fault, Skip {
        ServerMessage.Snapshot snapshot =
                (ServerMessage.Snapshot) main.received().get(snapshotAt).message();
        List<Received> later =
                main.received().subList(snapshotAt + 1, main.received().size());
        ascending(later, snapshot.seq());
        int count = cameras(later).size();
        if (count == 0) {
            throw new Skip("no camera moved within " + WAIT_MILLIS + " ms");
        }
        return count + " updates in ascending seq";
    }

    private static void ascending(List<Received> messages, long after) throws Fault {
        long last = after;
        for (Received one : messages) {
            if (one.message() instanceof ServerMessage.Snapshot snapshot) {
                last = snapshot.seq();
            }
            OptionalLong seq = sequence(one.message());
            if (seq.isPresent()) {
                if (seq.getAsLong() <= last) {
                    throw new Fault("seq " + seq.getAsLong() + " came after " + last + ", must be above it");
                }
                last = seq.getAsLong();
            }
        }
    }

    private String codecs() throws IOException, Fault, Skip, InterruptedException {
        try (Session json = open(Codecs.json(), ".json", false, Optional.empty());
                Session cbor = open(Codecs.cbor(), ".cbor", false, Optional.empty())) {
            follow(json);
            follow(cbor);
            collect(json, cbor, until(), () -> common(json, cbor).size() >= SOME);
            Map<Long, CameraState> one = views(json);
            Map<Long, CameraState> other = views(cbor);
            Set<Long> common = common(json, cbor);
            for (long seq : common) {
                if (!one.get(seq).equals(other.get(seq))) {
                    throw new Fault("seq " + seq + " is " + one.get(seq) + " in JSON and " + other.get(seq)
                            + " in CBOR, must be the same");
                }
            }
            if (common.isEmpty()) {
                throw new Skip("there is no camera to compare");
            }
            return common.size() + " views the same";
        }
    }

    private static Set<Long> common(Session one, Session other) {
        Set<Long> common = new TreeSet<>(views(one).keySet());
        common.retainAll(views(other).keySet());
        return common;
    }

    private static Map<Long, CameraState> views(Session session) {
        Map<Long, CameraState> views = new HashMap<>();
        for (Received one : session.received()) {
            if (one.message() instanceof ServerMessage.Camera moved) {
                views.put(moved.seq().orElse(0), moved.state());
            } else if (one.message() instanceof ServerMessage.Snapshot snapshot) {
                snapshot.cameras().forEach(standing -> views.put(standing.seq().orElse(0), standing.state()));
            }
        }
        return views;
    }

    private String invalid() throws IOException, Fault, InterruptedException {
        try (Session session = open(Codecs.json(), ".invalid", false, Optional.empty())) {
            session.socket()
                    .send(
                            RawSocket.TEXT,
                            "{\"type\":\"subscribe\",\"id\":\"verify\",\"cameras\":[\"*\"],\"rate\":-1}"
                                    .getBytes(StandardCharsets.UTF_8));
            ServerMessage.Error error =
                    session.await("error after a subscribe with rate -1", ServerMessage.Error.class, until());
            if (error.code() != ErrorCode.INVALID || !error.id().equals(Optional.of(ASKED))) {
                throw new Fault("a subscribe with rate -1 gives the code "
                        + error.code().word() + " and the id " + error.id() + ", must be invalid and its own");
            }
            stillOpen(session, "an invalid message");
            return "answered, the connection stays open";
        }
    }

    private String malformed() throws IOException, Fault, InterruptedException {
        try (Session session = open(Codecs.json(), ".malformed", false, Optional.empty())) {
            session.socket().send(RawSocket.TEXT, "{\"type\":".getBytes(StandardCharsets.UTF_8));
            ServerMessage.Error error = session.await("error after half an object", ServerMessage.Error.class, until());
            if (error.code() != ErrorCode.MALFORMED) {
                throw new Fault("half an object gives the code " + error.code().word() + ", must be malformed");
            }
            stillOpen(session, "a malformed message");
            return "answered, the connection stays open";
        }
    }

    private void stillOpen(Session session, String after) throws IOException, Fault, InterruptedException {
        try {
            session.send(new ClientMessage.Unsubscribe(Optional.of(ASKED_AGAIN)));
            session.await("ack", ServerMessage.Ack.class, any -> any.id().equals(ASKED_AGAIN), until());
        } catch (Fault e) {
            throw new Fault("after " + after + " the connection must stay open: " + e.getMessage());
        }
    }

    /** Who holds a camera, is asked for it and gives it back; a name of its own is held, which makes no camera. */
    private String control() throws IOException, Fault, Skip, InterruptedException {
        String held = "verify/" + name;
        try (Session holder = open(codec, ".holder", false, Optional.empty());
                Session asker = open(codec, ".asker", false, Optional.empty())) {
            if (!holder.welcome().role().includes(Role.CONTROL)) {
                throw new Skip("the role " + holder.welcome().role().word() + " may not");
            }
            granted(holder, held, ClientMessage.Control.Action.TAKE, false);
            refused(asker, held, false, ErrorCode.HELD, holder.welcome().display());
            granted(asker, held, ClientMessage.Control.Action.ASK, false);
            ServerMessage.Asked asked = holder.await("asked after ask", ServerMessage.Asked.class, until());
            if (!asked.equals(new ServerMessage.Asked(
                    held, asker.welcome().display(), asker.welcome().session()))) {
                throw new Fault("the holder was told " + asked + ", must be the camera " + held
                        + ", and display and session of the asker");
            }
            boolean admin = asker.welcome().role().includes(Role.ADMIN);
            if (admin) {
                granted(asker, held, ClientMessage.Control.Action.TAKE, true);
                refused(holder, held, false, ErrorCode.HELD, asker.welcome().display());
                granted(asker, held, ClientMessage.Control.Action.RELEASE, false);
            } else {
                refused(asker, held, true, ErrorCode.FORBIDDEN, Role.ADMIN.word());
                granted(holder, held, ClientMessage.Control.Action.RELEASE, false);
            }
            return "held, asked for" + (admin ? ", taken by force" : "") + " and released";
        }
    }

    private void granted(Session session, String camera, ClientMessage.Control.Action action, boolean force)
            throws IOException, Fault, InterruptedException {
        ServerMessage answer = answer(session, camera, action, force);
        if (!(answer instanceof ServerMessage.Ack)) {
            throw new Fault(said(action, force) + " gives " + answer + ", must be an ack");
        }
    }

    private void refused(Session session, String camera, boolean force, ErrorCode code, String named)
            throws IOException, Fault, InterruptedException {
        ServerMessage answer = answer(session, camera, ClientMessage.Control.Action.TAKE, force);
        if (!(answer instanceof ServerMessage.Error error)
                || error.code() != code
                || !error.message().contains(named)) {
            throw new Fault(said(ClientMessage.Control.Action.TAKE, force) + " gives " + answer + ", must be the error "
                    + code.word() + " that names " + named);
        }
    }

    private static String said(ClientMessage.Control.Action action, boolean force) {
        return action.name().toLowerCase(Locale.ROOT) + (force ? " with force" : "");
    }

    private ServerMessage answer(Session session, String camera, ClientMessage.Control.Action action, boolean force)
            throws IOException, Fault, InterruptedException {
        session.send(new ClientMessage.Control(Optional.of(CONTROL), camera, action, force));
        return session.await(
                "answer to " + said(action, force),
                ServerMessage.class,
                any -> any instanceof ServerMessage.Ack ack && ack.id().equals(CONTROL)
                        || any instanceof ServerMessage.Error error
                                && error.id().equals(Optional.of(CONTROL)),
                until());
    }

    private String resume() throws IOException, Fault, InterruptedException {
        try (Session witness = open(codec, ".witness", false, Optional.empty());
                Session first = open(codec, ".resume", true, Optional.empty())) {
            follow(witness);
            follow(first);
            collect(
                    first,
                    witness,
                    until(WAIT_MILLIS / 2),
                    () -> cameras(first.received()).size() >= SOME);
            long last = highest(first);
            first.close();
            ServerMessage.Welcome before = first.welcome();
            try (Session second = open(
                    codec, ".resume", true, Optional.of(new Opening.Resume(before.token(), before.epoch(), last)))) {
                if (!second.welcome().resumed() || !second.welcome().session().equals(before.session())) {
                    throw new Fault("after a cut connection welcome says resumed "
                            + second.welcome().resumed() + " and session "
                            + second.welcome().session() + ", must be true and " + before.session());
                }
                collect(
                        second,
                        witness,
                        until(WAIT_MILLIS / 2),
                        () -> cameras(second.received()).size() >= SOME);
                long reached = highest(second);
                collect(witness, second, until(), () -> highest(witness) >= reached);
                ascending(second.received(), last);
                Set<Long> missing = sequence(witness, last, reached);
                missing.removeAll(sequence(second, last, reached));
                if (!missing.isEmpty()) {
                    throw new Fault(
                            "after a cut connection seq " + missing.iterator().next()
                                    + " is missing, another session got it; with every none may be");
                }
                int count = sequence(second, last, reached).size();
                second.send(new ClientMessage.Bye(Optional.empty()));
                return count == 0
                        ? "same session; no camera moved"
                        : "same session, " + count + " updates behind seq " + last + ", none missing, none twice";
            }
        }
    }

    /** Takes in what comes to two sessions, in turns. */
    private static void collect(Session one, Session other, long until, BooleanSupplier enough)
            throws IOException, Fault, InterruptedException {
        while (!enough.getAsBoolean() && System.nanoTime() - until < 0) {
            for (Session session : List.of(one, other)) {
                session.collect(System.nanoTime() + 10_000_000, all -> false);
            }
        }
    }

    private String webSocketPing() throws IOException, Fault, InterruptedException {
        long sent = System.nanoTime();
        main.socket().send(RawSocket.PING, name.getBytes(StandardCharsets.UTF_8));
        if (!main.collect(until(), all -> main.ponged().equals(name))) {
            throw new Fault("no WebSocket pong with the ping's payload within " + WAIT_MILLIS + " ms");
        }
        return String.format(Locale.ROOT, "pong after %.1f ms", (System.nanoTime() - sent) / 1e6);
    }

    private long beatLimit() {
        long interval = main.welcome().heartbeat().interval();
        return interval + Math.max(interval / 4, MIN_SLACK);
    }

    private String heartbeat() throws IOException, Fault, InterruptedException {
        long limit = welcomed + TimeUnit.MILLISECONDS.toNanos(beatLimit());
        main.collect(
                limit,
                all -> main.pinged() != 0 && index(all, 0, ServerMessage.Heartbeat.class::isInstance) < all.size());
        int first = index(main.received(), 0, ServerMessage.Heartbeat.class::isInstance);
        boolean beat =
                first < main.received().size() && main.received().get(first).nanos() - limit <= 0;
        if (!beat || main.pinged() == 0 || main.pinged() - limit > 0) {
            throw new Fault("no " + (beat ? "WebSocket ping" : "heartbeat") + " within " + beatLimit()
                    + " ms after welcome, the interval is "
                    + main.welcome().heartbeat().interval() + " ms");
        }
        return String.format(
                Locale.ROOT,
                "after %.0f ms, WebSocket ping after %.0f ms",
                (main.received().get(first).nanos() - welcomed) / 1e6,
                (main.pinged() - welcomed) / 1e6);
    }

    private String account() throws IOException, Fault, InterruptedException {
        Predicate<List<Received>> told =
                all -> index(all, snapshotAt, ServerMessage.Heartbeat.class::isInstance) < all.size();
        if (!main.collect(until(beatLimit()), told)) {
            throw new Fault("no heartbeat behind the snapshot within " + beatLimit() + " ms");
        }
        int at = index(main.received(), snapshotAt, ServerMessage.Heartbeat.class::isInstance);
        ServerMessage.Heartbeat heartbeat =
                (ServerMessage.Heartbeat) main.received().get(at).message();
        List<Received> before = main.received().subList(snapshotAt, at);
        long counted = before.stream()
                .map(one -> sequence(one.message()).orElse(Long.MAX_VALUE))
                .filter(seq -> seq <= heartbeat.seq())
                .distinct()
                .count();
        boolean gap = before.stream().anyMatch(one -> one.message() instanceof ServerMessage.Gap);
        String account = "delivered " + heartbeat.delivered() + ", superseded " + heartbeat.superseded() + ", refused "
                + heartbeat.refused() + " up to seq " + heartbeat.seq();
        if (heartbeat.delivered() != counted) {
            throw new Fault(account + ": " + counted + " were counted, delivered must be as many");
        }
        if (heartbeat.superseded() != 0 || !gap && heartbeat.refused() != 0) {
            throw new Fault(account + ": with every, superseded must be 0, and refused too without a gap");
        }
        return account + ", as counted";
    }

    private String bye() throws IOException, Fault, InterruptedException {
        main.send(new ClientMessage.Bye(Optional.empty()));
        long limit = until();
        for (Frame frame = main.socket().next(limit);
                frame != null;
                frame = main.socket().next(limit)) {
            if (frame.opcode() == RawSocket.CLOSE) {
                if (frame.closeCode() != 1000) {
                    throw new Fault("closed with " + frame.closeCode() + " after bye, must be 1000");
                }
                return "closed with 1000";
            }
            if (frame.opcode() == -1) {
                throw new Fault("the connection ended after bye, must be closed with 1000: " + frame.text());
            }
        }
        throw new Fault("no close within " + WAIT_MILLIS + " ms after bye");
    }

    // ---- looking at what came

    /** The number of a message that belongs to the sequence; not of a snapshot. */
    private static OptionalLong sequence(ServerMessage message) {
        if (message instanceof ServerMessage.Camera one) {
            return one.seq();
        } else if (message instanceof ServerMessage.Control one) {
            return OptionalLong.of(one.seq());
        } else if (message instanceof ServerMessage.CameraRemoved one) {
            return OptionalLong.of(one.seq());
        } else if (message instanceof ServerMessage.Scene one) {
            return OptionalLong.of(one.seq());
        } else if (message instanceof ServerMessage.Display one) {
            return OptionalLong.of(one.seq());
        }
        return OptionalLong.empty();
    }

    /** The numbers in (after, upTo]. */
    private static Set<Long> sequence(Session session, long after, long upTo) {
        Set<Long> numbers = new TreeSet<>();
        for (Received one : session.received()) {
            sequence(one.message()).ifPresent(seq -> {
                if (seq > after && seq <= upTo) {
                    numbers.add(seq);
                }
            });
        }
        return numbers;
    }

    /** The highest number that a session was given, its snapshot's included. */
    private static long highest(Session session) {
        long highest = 0;
        for (Received one : session.received()) {
            long seq = one.message() instanceof ServerMessage.Snapshot snapshot
                    ? snapshot.seq()
                    : sequence(one.message()).orElse(0);
            highest = Math.max(highest, seq);
        }
        return highest;
    }

    private static List<Received> cameras(List<Received> messages) {
        return messages.stream()
                .filter(one -> one.message() instanceof ServerMessage.Camera)
                .toList();
    }

    /** @return the number of messages if there is none */
    private static int index(List<Received> messages, int from, Predicate<ServerMessage> which) {
        int index = from;
        while (index < messages.size() && !which.test(messages.get(index).message())) {
            index++;
        }
        return index;
    }

    private static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }
}
