package org.geometryos.compositor.client;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/**
 * A display, driver or tool: a client of the compositor protocol, version 1. It connects, says {@code hello},
 * subscribes, comes back by itself when the connection is lost, resumes where it was and keeps the newest view of each
 * camera.
 *
 * <p>Every method may be called from any thread and none blocks, but for {@link #close()}. Futures complete, and the
 * listener is called, on the client's own thread.
 */
public final class CompositorClient implements AutoCloseable {
    private static final long TICK_MILLIS = 250;
    private static final long BYE_MILLIS = 2_000;
    private static final long DEFAULT_TIMEOUT_MILLIS = 30_000;
    private static final String[] OPERATOR = {"compositor.admin"};
    private static final String[] NOTHING = {};
    /** Measurements of the clock that come at each tick, before they come at the interval asked for. */
    private static final int QUICK_PINGS = 8;

    /** Where the client stands. */
    public enum State {
        /** An attempt is under way, up to {@code welcome}. */
        CONNECTING,
        /** Welcomed. */
        OPEN,
        /** The next attempt is due in a while. */
        WAITING,
        /** Ended; it does not come back. */
        CLOSED
    }

    private final Builder options;
    private final Loop loop;
    private final boolean ownLoop;
    private final Backoff backoff;
    private final Requests requests;
    private final CameraTable cameras = new CameraTable();
    private volatile Scene scene;
    private final ClockFilter clockFilter = new ClockFilter();
    private final ClockJump clockJump = new ClockJump(CompositorClient::micros, System::nanoTime);
    private final Semaphore outstanding;
    private final Semaphore unsent;
    private final AtomicLong ids = new AtomicLong();
    private final CompletableFuture<ServerMessage.Welcome> ready = new CompletableFuture<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();

    private final LongAdder received = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder ignored = new LongAdder();
    private final LongAdder unreadable = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder connects = new LongAdder();
    private final LongAdder resumes = new LongAdder();
    private final LongAdder watchdog = new LongAdder();
    private final LongAdder listenerFailures = new LongAdder();
    private final Map<Integer, LongAdder> closes = new ConcurrentHashMap<>();

    private volatile State state = State.CONNECTING;
    private volatile Optional<ServerMessage.Welcome> welcome = Optional.empty();
    private volatile Optional<ClockEstimate> clock = Optional.empty();
    private volatile String epoch = "";
    private volatile long seq;

    // of the loop's thread
    private Wire wire;
    /** What the server has, or is to have at the next connection. */
    private Subscription subscription;

    private Asking asking;
    private boolean snapshotDue;
    /** Whether the server is known to have the subscription, and we its snapshot. */
    private boolean subscribed = true;

    private RequestId hello;
    private String display;
    private OptionalLong goodbye = OptionalLong.empty();
    private String helloError = "";
    private long began;
    private long heard;
    private long nextPing;
    private int pings;
    private long pingSent;
    private long pingNanos;
    private boolean leaving;
    private Future<?> ticks;
    private Future<?> attempt;

    /** A subscription that was asked for and is not answered yet. */
    private record Asking(RequestId id, Subscription subscription, boolean withSnapshot) {}

    private CompositorClient(Builder options) {
        this.options = options;
        this.ownLoop = options.shared == null;
        this.loop = ownLoop ? new Loop(options.tls) : options.shared.next();
        this.backoff = new Backoff(options.random, System::nanoTime);
        this.requests = new Requests(options.requestLimit.toNanos());
        this.outstanding = new Semaphore(options.maxOutstanding);
        this.unsent = new Semaphore(options.maxOutstanding);
        this.subscription = options.subscription;
        this.display = options.display;
    }

    /**
     * @param uri of the server's endpoint, {@code ws://HOST:8081/compositor}
     * @throws IllegalArgumentException if it is no ws or wss address, or carries a user or fragment
     */
    public static Builder builder(URI uri) {
        return new Builder(uri);
    }

    // ---- what anybody may ask

    public State state() {
        return state;
    }

    /** Completes with the first {@code welcome}; exceptionally if the client ends before it. */
    public CompletableFuture<ServerMessage.Welcome> ready() {
        return ready.copy();
    }

    /** Completes when the client has ended for good. */
    public CompletableFuture<Closed> closed() {
        return closed.copy();
    }

    /** The newest {@code welcome}. */
    public Optional<ServerMessage.Welcome> welcome() {
        return welcome;
    }

    /** The newest view of each camera subscribed to, by name, as it stands now. Kept while the connection is lost. */
    public Map<String, ServerMessage.Camera> cameras() {
        return cameras.copy();
    }

    /** The scene as it was last received; empty as long as it is not subscribed to. Any thread. */
    public Optional<Scene> scene() {
        return Optional.ofNullable(scene);
    }

    /** The highest number of the sequence that was applied. */
    public long seq() {
        return seq;
    }

    /** The run of the sequence in which {@link #seq()} counts; empty before the first welcome. */
    public String epoch() {
        return epoch;
    }

    /** How the server's clock stands to ours; empty before the first measurement. */
    public Optional<ClockEstimate> clock() {
        return clock;
    }

    public Counters counters() {
        Map<Integer, Long> byCode = new TreeMap<>();
        closes.forEach((code, count) -> byCode.put(code, count.sum()));
        long welcomes = connects.sum();
        return new Counters(
                received.sum(),
                bytes.sum(),
                ignored.sum(),
                unreadable.sum(),
                gaps.sum(),
                sent.sum(),
                refused.sum(),
                timeouts.sum(),
                welcomes,
                Math.max(0, welcomes - 1),
                resumes.sum(),
                watchdog.sum(),
                listenerFailures.sum(),
                byCode);
    }

    // ---- requests

    /**
     * Replaces the subscription, now and for every session to come. While there is no connection the future fails, and
     * the subscription is asked for at the next one.
     */
    public CompletableFuture<OptionalLong> subscribe(Subscription wanted) {
        return request(id -> new ClientMessage.Subscribe(Optional.of(id), wanted), Optional.of(wanted));
    }

    /** Back to nothing but heartbeats. */
    public CompletableFuture<OptionalLong> unsubscribe() {
        return request(id -> new ClientMessage.Unsubscribe(Optional.of(id)), Optional.of(Subscription.NONE));
    }

    /** Replaces the display's settings, in this session. */
    public CompletableFuture<OptionalLong> settings(DisplaySettings settings) {
        return request(id -> new ClientMessage.Settings(Optional.of(id), settings));
    }

    /** Drives a camera and says what became of it. */
    public CompletableFuture<OptionalLong> drive(CameraUpdate update) {
        return request(id -> new ClientMessage.Camera(Optional.of(id), update));
    }

    /**
     * Drives a camera without waiting for an answer: the quickest way.
     *
     * @return whether it is on its way; false without a connection, or when too much is waiting to be sent: the next
     *     one will do
     */
    public boolean push(CameraUpdate update) {
        byte[] message = options.codec.encode(new ClientMessage.Camera(Optional.empty(), update));
        if (state != State.OPEN || !unsent.tryAcquire()) {
            refused.increment();
            return false;
        }
        boolean taken = loop.run(() -> {
            unsent.release();
            if (state == State.OPEN && wire.waiting() < options.maxOutstanding) {
                wire.send(message);
            } else {
                refused.increment();
            }
        });
        if (!taken) {
            refused.increment();
        }
        return taken;
    }

    /** Takes a camera, or renews the lease of it. */
    public CompletableFuture<OptionalLong> take(String camera) {
        return request(id -> new ClientMessage.Control(Optional.of(id), camera, ClientMessage.Control.Action.TAKE));
    }

    /**
     * Takes a camera.
     *
     * @param force whoever holds it; for role {@code admin}
     */
    public CompletableFuture<OptionalLong> take(String camera, boolean force) {
        return request(
                id -> new ClientMessage.Control(Optional.of(id), camera, ClientMessage.Control.Action.TAKE, force));
    }

    /**
     * Asks whoever holds a camera to give it back: if a session does, it gets {@link ServerMessage.Asked}. At most once
     * a second. What comes of it is seen at who holds the camera.
     */
    public CompletableFuture<OptionalLong> ask(String camera) {
        return request(id -> new ClientMessage.Control(Optional.of(id), camera, ClientMessage.Control.Action.ASK));
    }

    public CompletableFuture<OptionalLong> release(String camera) {
        return request(id -> new ClientMessage.Control(Optional.of(id), camera, ClientMessage.Control.Action.RELEASE));
    }

    /** Changes the scene, and if wanted a camera, as one transaction. */
    public CompletableFuture<OptionalLong> scene(List<SceneOp> ops, Optional<CameraUpdate> camera) {
        return request(id -> new ClientMessage.Scene(Optional.of(id), ops, camera));
    }

    public CompletableFuture<OptionalLong> admin(ClientMessage.AdminAction action) {
        return request(id -> new ClientMessage.Admin(Optional.of(id), action));
    }

    private CompletableFuture<OptionalLong> request(Function<RequestId, ClientMessage> make) {
        return request(make, Optional.empty());
    }

    /**
     * @param make the message for an id
     * @param wanted the subscription it asks for, if it is about that
     * @return the answer's seq; fails with {@link RefusedException}, {@link TimeoutException} or {@link IOException}
     */
    private CompletableFuture<OptionalLong> request(
            Function<RequestId, ClientMessage> make, Optional<Subscription> wanted) {
        RequestId id = new RequestId.Number(ids.incrementAndGet());
        ClientMessage message = make.apply(id);
        byte[] encoded = options.codec.encode(message);
        if (!outstanding.tryAcquire()) {
            refused.increment();
            return CompletableFuture.failedFuture(
                    new IOException(options.maxOutstanding + " requests are outstanding already"));
        }
        CompletableFuture<OptionalLong> answer = new CompletableFuture<>();
        answer.whenComplete((number, failure) -> outstanding.release());
        boolean taken = loop.run(() -> {
            int limit = welcome.map(said -> said.limits().messageBytes()).orElse(Integer.MAX_VALUE);
            if (state != State.OPEN || leaving) {
                refused.increment();
                wanted.ifPresent(this::nextTime);
                answer.completeExceptionally(new IOException("not connected"));
            } else if (encoded.length > limit) {
                refused.increment();
                answer.completeExceptionally(new IOException(
                        "a message of " + encoded.length + " bytes is too long; the server takes " + limit));
            } else {
                wanted.ifPresent(it -> asking = new Asking(id, it, message instanceof ClientMessage.Subscribe));
                requests.add(id, answer, System.nanoTime());
                wire.send(encoded);
            }
        });
        if (!taken) {
            refused.increment();
            answer.completeExceptionally(new IOException("closed"));
        }
        return answer.copy();
    }

    private void nextTime(Subscription wanted) {
        subscription = wanted;
        subscribed = false;
    }

    // ---- the end

    /** Says {@code bye} and ends; completes when the server has closed, or after 2 s. */
    public CompletableFuture<Closed> closeAsync() {
        loop.run(() -> {
            if (leaving || state == State.CLOSED) {
                return;
            }
            leaving = true;
            if (state == State.OPEN) {
                Wire last = wire;
                last.send(options.codec.encode(new ClientMessage.Bye(Optional.empty())));
                attempt = loop.schedule(() -> last.drop("no close within " + BYE_MILLIS + " ms after bye"), BYE_MILLIS);
            } else if (wire != null) {
                wire.drop("closed by the client");
            } else {
                finish(new Closed(1000, "closed by the client", OptionalLong.empty()));
            }
        });
        return closed.copy();
    }

    /** Like {@link #closeAsync()}, and waits for it and for the client's own thread, unless called on that thread. */
    @Override
    public void close() {
        CompletableFuture<Closed> done = closeAsync();
        if (loop.here()) {
            return;
        }
        await(done);
        if (ownLoop) {
            loop.close();
        }
    }

    private static void await(Future<?> done) {
        try {
            done.get(BYE_MILLIS + 1_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // whatever it waits for, it shall not keep the caller
        }
    }

    private void finish(Closed how) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        if (ticks != null) {
            ticks.cancel(false);
        }
        if (attempt != null) {
            attempt.cancel(false);
        }
        requests.failAll(new IOException("closed: " + how.reason()));
        tell(() -> options.listener.closed(how));
        ready.completeExceptionally(
                new IOException("ended before it was welcomed (" + how.code() + "): " + how.reason()));
        closed.complete(how);
        loop.leave(this);
        if (ownLoop) {
            loop.close();
        }
    }

    // ---- the connection; all on the loop's thread

    private void start() {
        loop.join(this);
        loop.run(() -> {
            ticks = loop.every(this::tick, TICK_MILLIS);
            connect();
        });
    }

    private void connect() {
        attempt = null;
        goodbye = OptionalLong.empty();
        helloError = "";
        state = State.CONNECTING;
        began = System.nanoTime();
        wire = new Wire(loop, options.codec.subprotocol(), options.codec.text(), events);
        try {
            open();
        } catch (RuntimeException | Error e) {
            // without this there would be no further attempt
            wire.drop("the connection could not be begun: " + e.getClass().getSimpleName());
        }
    }

    private void open() {
        Optional<String> key;
        try {
            key = options.key.get();
        } catch (RuntimeException e) {
            wire.drop("the key supplier failed: " + e.getClass().getSimpleName());
            return;
        }
        if (key.isPresent() && !key.get().chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            // the JDK would refuse it too, and show it in its exception
            wire.drop("the key has characters that a header cannot carry");
            return;
        }
        wire.connect(options.uri, key, options.operator ? OPERATOR : NOTHING);
    }

    private final Wire.Events events = new Wire.Events() {
        @Override
        public void opened(Wire by) {
            if (by == wire) {
                sayHello();
            }
        }

        @Override
        public void heard(Wire by) {
            if (by == wire) {
                heard = System.nanoTime();
            }
        }

        @Override
        public void message(Wire by, ByteBuffer message) {
            if (by != wire) {
                return;
            }
            received.increment();
            bytes.add(message.remaining());
            ServerMessage decoded;
            try {
                decoded = options.codec.decodeServer(message);
            } catch (DecodeException | RuntimeException e) {
                unreadable.increment();
                return;
            }
            take(decoded);
        }

        @Override
        public void unreadable(Wire by, String why) {
            received.increment();
            unreadable.increment();
        }

        @Override
        public void sent(Wire by) {
            sent.increment();
        }

        @Override
        public void lost(Wire by, int code, String reason, int httpStatus) {
            if (by == wire) {
                wire = null;
                CompositorClient.this.lost(code, reason, httpStatus);
            }
        }
    };

    private void sayHello() {
        Optional<Opening.Resume> resume =
                options.keepOpen ? welcome.map(said -> new Opening.Resume(said.token(), epoch, seq)) : Optional.empty();
        hello = new RequestId.Number(ids.incrementAndGet());
        wire.send(options.codec.encode(new ClientMessage.Hello(
                Optional.of(hello),
                new Opening(
                        Optional.ofNullable(display),
                        Optional.ofNullable(options.user),
                        options.keepOpen,
                        options.settings,
                        resume))));
    }

    private void lost(int code, String reason, int httpStatus) {
        closes.computeIfAbsent(code, any -> new LongAdder()).increment();
        if (asking != null) {
            nextTime(asking.subscription());
            asking = null;
        }
        if (snapshotDue) {
            snapshotDue = false;
            subscribed = false;
        }
        String why = reason.isEmpty() ? helloError : reason;
        boolean refusedForGood = httpStatus == 400 || httpStatus == 401 || httpStatus == 403 || !helloError.isEmpty();
        OptionalLong wait =
                leaving || !options.keepOpen || refusedForGood ? OptionalLong.empty() : backoff.lost(code, goodbye);
        OptionalInt refusal = httpStatus == 0 ? OptionalInt.empty() : OptionalInt.of(httpStatus);
        Closed how = new Closed(code, why, wait, refusal);
        state = State.WAITING;
        requests.failAll(
                new IOException("connection lost (" + code + "): " + why + "; whether it was done is unknown"));
        tell(() -> options.listener.disconnected(how));
        if (wait.isEmpty() || leaving) {
            finish(new Closed(code, why, OptionalLong.empty(), refusal));
        } else {
            attempt = loop.schedule(this::connect, wait.getAsLong());
        }
    }

    private void tick() {
        long now = System.nanoTime();
        requests.expire(now, timeouts::increment);
        if (clockJump.jumped()) {
            forgetClock(now);
        }
        if (wire == null) {
            return;
        }
        if (state == State.CONNECTING) {
            if (now - began > options.welcomeLimit.toNanos()) {
                wire.drop("no welcome within " + options.welcomeLimit.toMillis() + " ms");
            }
            return;
        }
        long limit = welcome.map(said -> said.heartbeat().timeout())
                .filter(millis -> millis > 0)
                .orElse(DEFAULT_TIMEOUT_MILLIS);
        if ((now - heard) / 1_000_000 > limit) {
            watchdog.increment();
            wire.drop("nothing received for " + limit + " ms");
        } else if (!options.clockInterval.isZero() && now - nextPing >= 0) {
            pings++;
            nextPing = pings < QUICK_PINGS ? now : now + options.clockInterval.toNanos();
            pingNanos = System.nanoTime();
            pingSent = micros();
            wire.send(options.codec.encode(new ClientMessage.Ping(Optional.empty(), pingSent)));
        }
    }

    /** What was measured of the server's clock counts no more: it is measured anew. */
    private void forgetClock(long now) {
        clockFilter.clear();
        clock = Optional.empty();
        pings = 0;
        nextPing = now;
        pingSent = -1;
    }

    private static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
    }

    private void take(ServerMessage message) {
        if (message instanceof ServerMessage.Camera camera) {
            if (!cameras.apply(camera)) {
                ignored.increment();
                return;
            }
            applied(camera.seq().orElse(0));
        } else if (message instanceof ServerMessage.Welcome said) {
            welcomed(said);
            return;
        } else if (message instanceof ServerMessage.Heartbeat heartbeat) {
            applied(heartbeat.seq());
        } else if (message instanceof ServerMessage.Ack ack) {
            if (asking != null && ack.id().equals(asking.id())) {
                subscription = asking.subscription();
                snapshotDue = asking.withSnapshot();
                subscribed = !snapshotDue;
                asking = null;
                cameras.retain(subscription::wants);
                scene = subscription.scene() ? scene : null;
            }
            requests.ack(ack);
        } else if (message instanceof ServerMessage.Error error) {
            failed(error);
        } else if (message instanceof ServerMessage.Snapshot snapshot) {
            snapshot(snapshot);
        } else if (message instanceof ServerMessage.CameraRemoved removed) {
            cameras.remove(removed.camera());
            applied(removed.seq());
        } else if (message instanceof ServerMessage.Control control) {
            applied(control.seq());
        } else if (message instanceof ServerMessage.Scene change) {
            change.camera().ifPresent(camera -> cameras.apply(camera, change.seq()));
            changed(change.ops());
            applied(change.seq());
        } else if (message instanceof ServerMessage.Display change) {
            applied(change.seq());
        } else if (message instanceof ServerMessage.Pong pong) {
            if (pong.t0() == pingSent) {
                clock = clockFilter.add(
                        pong.t0(), pong.t1(), pong.t2(), pong.t0() + (System.nanoTime() - pingNanos) / 1000);
            }
        } else if (message instanceof ServerMessage.Gap) {
            gaps.increment();
        } else if (message instanceof ServerMessage.Goodbye said) {
            goodbye = said.reconnectAfter();
        }
        tell(() -> options.listener.message(message));
    }

    private void applied(long number) {
        seq = Math.max(seq, number);
    }

    private void welcomed(ServerMessage.Welcome said) {
        if (state != State.CONNECTING) {
            return;
        }
        welcome = Optional.of(said);
        display = said.display();
        state = State.OPEN;
        connects.increment();
        backoff.welcomed();
        clockFilter.clear();
        pings = 0;
        nextPing = System.nanoTime();
        if (said.resumed()) {
            resumes.increment();
        } else {
            epoch = said.epoch();
            seq = said.seq();
            if (subscription.none()) {
                cameras.retain(name -> false);
            }
        }
        boolean again = !said.resumed() || !subscribed;
        if (said.resumed() && !subscribed) {
            // the server may have heard it or not, and its snapshot is lost: from the beginning
            wire.send(options.codec.encode(new ClientMessage.Unsubscribe(Optional.empty())));
        }
        subscribed = true;
        tell(() -> options.listener.connected(said));
        ready.complete(said);
        if (again && !subscription.none() && asking == null && !leaving) {
            RequestId id = new RequestId.Number(ids.incrementAndGet());
            asking = new Asking(id, subscription, true);
            wire.send(options.codec.encode(new ClientMessage.Subscribe(Optional.of(id), subscription)));
        }
    }

    private void failed(ServerMessage.Error error) {
        if (error.id().isPresent()
                && error.id().get().equals(hello)
                && state == State.CONNECTING
                && (error.code() == ErrorCode.INVALID
                        || error.code() == ErrorCode.MALFORMED
                        || error.code() == ErrorCode.FORBIDDEN)) {
            helloError = "hello was refused: " + error.message();
            tell(() -> options.listener.message(error));
            wire.drop(helloError);
            return;
        }
        if (asking != null && error.id().isPresent() && error.id().get().equals(asking.id())) {
            asking = null; // the subscription before it stands
        }
        requests.error(error);
    }

    private void snapshot(ServerMessage.Snapshot snapshot) {
        if (snapshot.all()) {
            cameras.replace(snapshot.cameras());
            epoch = snapshot.epoch();
            seq = snapshot.seq();
        } else {
            snapshot.cameras().forEach(cameras::apply);
            applied(snapshot.seq());
        }
        if (snapshot.all() || snapshot.scene().isPresent()) {
            scene = snapshot.scene()
                    .map(state -> new Scene(state.revision(), state.models(), state.selected()))
                    .orElse(null);
        }
        if (snapshotDue) {
            snapshotDue = false;
            subscribed = true;
        }
    }

    private void changed(List<SceneOp> ops) {
        Scene before = scene;
        if (before == null) {
            return;
        }
        try {
            scene = before.after(ops);
        } catch (NoSuchModelException e) {
            // what a server must not send; without the whole scene there is none
            scene = null;
        }
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            listenerFailures.increment();
        }
    }

    // ---- how it is made

    /** Threads for many clients in one process, which would otherwise have two each. */
    public static final class Shared implements AutoCloseable {
        private final List<Loop> loops = new ArrayList<>();
        private final AtomicInteger next = new AtomicInteger();

        /** @param threads 1 to 64; each client keeps to one of them (and beside each runs one of the JDK's) */
        public Shared(int threads) {
            if (threads < 1 || threads > 64) {
                throw new IllegalArgumentException("threads must lie in [1, 64], not " + threads);
            }
            for (int i = 0; i < threads; i++) {
                loops.add(new Loop(Optional.empty()));
            }
        }

        private Loop next() {
            return loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
        }

        /**
         * Closes the clients that are left, as {@link CompositorClient#closeAsync()} does, and ends the threads; at
         * most 5 s.
         */
        @Override
        public void close() {
            CompletableFuture<?>[] left = loops.stream()
                    .flatMap(loop -> loop.clients().stream())
                    .map(CompositorClient::closeAsync)
                    .toArray(CompletableFuture<?>[]::new);
            await(CompletableFuture.allOf(left));
            loops.forEach(Loop::close);
        }
    }

    /** Options; each has a default. Not for several threads at once. */
    public static final class Builder {
        private final URI uri;
        private Codec codec = Codecs.json();
        private String display;
        private String user;
        private boolean keepOpen = true;
        private boolean operator;
        private Optional<DisplaySettings> settings = Optional.empty();
        private Supplier<Optional<String>> key = Optional::empty;
        private Subscription subscription = Subscription.NONE;
        private ClientListener listener = new ClientListener() {};
        private Shared shared;
        private Optional<SSLContext> tls = Optional.empty();
        private int maxOutstanding = 256;
        private Duration requestLimit = Duration.ofSeconds(10);
        private Duration welcomeLimit = Duration.ofSeconds(10);
        private Duration clockInterval = Duration.ofSeconds(5);
        private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

        private Builder(URI uri) {
            if (!"ws".equalsIgnoreCase(uri.getScheme()) && !"wss".equalsIgnoreCase(uri.getScheme())
                    || uri.getHost() == null
                    || uri.getRawUserInfo() != null
                    || uri.getRawFragment() != null) {
                throw new IllegalArgumentException(
                        "the address must be ws://HOST... or wss://HOST..., without user and fragment");
            }
            this.uri = uri;
        }

        private Builder(Builder other) {
            uri = other.uri;
            codec = other.codec;
            display = other.display;
            user = other.user;
            keepOpen = other.keepOpen;
            operator = other.operator;
            settings = other.settings;
            key = other.key;
            subscription = other.subscription;
            listener = other.listener;
            shared = other.shared;
            tls = other.tls;
            maxOutstanding = other.maxOutstanding;
            requestLimit = other.requestLimit;
            welcomeLimit = other.welcomeLimit;
            clockInterval = other.clockInterval;
            random = other.random;
        }

        /** JSON unless said otherwise; see {@link Codecs}. */
        public Builder codec(Codec form) {
            codec = Objects.requireNonNull(form);
            return this;
        }

        /**
         * The display's name, 1-64 of {@code A-Z a-z 0-9 . _ -}; otherwise the server gives one, which is then kept.
         */
        public Builder display(String name) {
            display = Objects.requireNonNull(name);
            return this;
        }

        /** Same characters; otherwise the key's name. */
        public Builder user(String name) {
            user = Objects.requireNonNull(name);
            return this;
        }

        /** One connection only: the session ends with it, and the client too. */
        public Builder once() {
            keepOpen = false;
            return this;
        }

        /**
         * Comes to run the host: where others do not get in, since it is draining or full, it does with role
         * {@code admin}, for {@link CompositorClient#admin} alone.
         */
        public Builder operator() {
            operator = true;
            return this;
        }

        public Builder settings(DisplaySettings display) {
            settings = Optional.of(display);
            return this;
        }

        /**
         * Where the API key comes from, asked at each attempt on the client's thread. It is sent in the header
         * {@code Authorization} and shown nowhere.
         */
        public Builder key(Supplier<Optional<String>> source) {
            key = Objects.requireNonNull(source);
            return this;
        }

        /** What to receive, in this session and every one to come. */
        public Builder subscription(Subscription wanted) {
            subscription = Objects.requireNonNull(wanted);
            return this;
        }

        /** A subscription to cameras, in the usual way: the newest state. */
        public Builder cameras(String... names) {
            boolean all = names.length == 1 && names[0].equals("*");
            return subscription(new Subscription(
                    all, all ? Set.of() : Set.of(names), false, false, false, OptionalDouble.empty(), true));
        }

        public Builder listener(ClientListener told) {
            listener = Objects.requireNonNull(told);
            return this;
        }

        /** Threads shared with other clients; otherwise the client has its own. */
        public Builder shared(Shared threads) {
            shared = Objects.requireNonNull(threads);
            return this;
        }

        /** Whom to trust at {@code wss://}; otherwise whom Java trusts. Not for clients that share threads. */
        public Builder tls(SSLContext context) {
            tls = Optional.of(context);
            return this;
        }

        /** How many requests may wait for their answer, and how many messages to be sent: 1 to 100,000, default 256. */
        public Builder maxOutstanding(int requests) {
            if (requests < 1 || requests > 100_000) {
                throw new IllegalArgumentException("maxOutstanding must lie in [1, 100000], not " + requests);
            }
            maxOutstanding = requests;
            return this;
        }

        /** How long a request waits for its answer, above 0, default 10 s; looked at four times a second. */
        public Builder requestLimit(Duration limit) {
            requestLimit = positive("requestLimit", limit);
            return this;
        }

        /** How long an attempt may last up to {@code welcome}, above 0, default 10 s. */
        public Builder welcomeLimit(Duration limit) {
            welcomeLimit = positive("welcomeLimit", limit);
            return this;
        }

        /**
         * How often the server's clock is measured, default 5 s (and 8 times in the first two seconds); zero: never.
         */
        public Builder clockInterval(Duration interval) {
            clockInterval = interval.isZero() ? interval : positive("clockInterval", interval);
            return this;
        }

        /** For tests: what makes the waits vary, 0 to 1. */
        Builder random(DoubleSupplier source) {
            random = source;
            return this;
        }

        private static Duration positive(String name, Duration duration) {
            if (duration.isNegative() || duration.isZero() || duration.compareTo(Duration.ofDays(1)) > 0) {
                throw new IllegalArgumentException(name + " must lie above 0 and be at most a day, not " + duration);
            }
            return duration;
        }

        /**
         * Makes the client, which begins to connect at once.
         *
         * @throws IllegalStateException if it shall share threads and trust others than they do
         */
        public CompositorClient connect() {
            if (shared != null && tls.isPresent()) {
                throw new IllegalStateException(
                        "clients that share threads trust whom Java trusts; tls needs a client of its own");
            }
            CompositorClient client = new CompositorClient(new Builder(this));
            client.start();
            return client;
        }
    }
}
