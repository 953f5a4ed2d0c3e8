package org.geometryos.compositor.client;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
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
 *
 * <p>This class is what users see: what they ask, and the options, which are half of its lines. What it knows and does
 * is in classes of its own.
 */
public final class CompositorClient implements AutoCloseable {
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
    private final LiveCounters counters = new LiveCounters();
    private final KnownState known = new KnownState();
    private final ServerClock clock;
    private final Connection connection;
    private final Semaphore outstanding;
    private final Semaphore unsent;

    private CompositorClient(Builder options) {
        this.options = options;
        this.ownLoop = options.shared == null;
        this.loop = ownLoop ? new Loop(options.tls) : options.shared.next();
        this.clock = new ServerClock(
                options.clockInterval.toNanos(), options.reporter.isPresent(), TimeOfDay::micros, System::nanoTime);
        this.connection = new Connection(options, loop, ownLoop, counters, known, clock);
        this.outstanding = new Semaphore(options.maxOutstanding);
        this.unsent = new Semaphore(options.maxOutstanding);
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
        return connection.state();
    }

    /** Completes with the first {@code welcome}; exceptionally if the client ends before it. */
    public CompletableFuture<ServerMessage.Welcome> ready() {
        return connection.ready();
    }

    /** Completes when the client has ended for good. */
    public CompletableFuture<Closed> closed() {
        return connection.closed();
    }

    /** The newest {@code welcome}. */
    public Optional<ServerMessage.Welcome> welcome() {
        return connection.welcome();
    }

    /** The newest view of each camera subscribed to, by name, as it stands now. Kept while the connection is lost. */
    public Map<String, ServerMessage.Camera> cameras() {
        return known.cameras();
    }

    /** The scene as it was last received; empty as long as it is not subscribed to. Any thread. */
    public Optional<Scene> scene() {
        return known.scene();
    }

    /**
     * All tilesets as they were last received; empty as long as they are not subscribed to, or not all of them have
     * come. Any thread.
     */
    public Optional<Tiles> tiles() {
        return known.tiles();
    }

    /** The walls subscribed to, by name, as they were last received. Kept while the connection is lost. Any thread. */
    public Map<String, ServerMessage.Wall> walls() {
        return known.walls();
    }

    /**
     * The name of the wall that this display is a member of, as the server last said: in {@code welcome} or
     * {@code assigned}. The subscription to it is up to the program. Any thread.
     */
    public Optional<String> wall() {
        return known.memberOf();
    }

    /** The highest number of the sequence that was applied. */
    public long seq() {
        return known.seq();
    }

    /** The run of the sequence in which {@link #seq()} counts; empty before the first welcome. */
    public String epoch() {
        return known.epoch();
    }

    /** How the server's clock stands to ours; empty before the first measurement. */
    public Optional<ClockEstimate> clock() {
        return clock.estimate();
    }

    /**
     * The server's time, microseconds since the Unix epoch; our own clock before the first measurement. It follows the
     * drift between two measurements, and steps with each by what was wrong.
     */
    public long serverTime() {
        return clock.now();
    }

    public Counters counters() {
        return counters.counters();
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
        if (connection.state() != State.OPEN || !unsent.tryAcquire()) {
            counters.refused.increment();
            return false;
        }
        boolean taken = loop.run(() -> {
            unsent.release();
            connection.offer(message);
        });
        if (!taken) {
            counters.refused.increment();
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

    /** Changes tiles, and if wanted the scene and a camera, as one transaction. */
    public CompletableFuture<OptionalLong> tiles(List<TileOp> ops, List<SceneOp> scene, Optional<CameraUpdate> camera) {
        return request(id -> new ClientMessage.Tiles(Optional.of(id), ops, scene, camera));
    }

    /** Changes the scene, and if wanted a camera, as one transaction. */
    public CompletableFuture<OptionalLong> scene(List<SceneOp> ops, Optional<CameraUpdate> camera) {
        return request(id -> new ClientMessage.Scene(Optional.of(id), ops, camera));
    }

    /**
     * Puts a hand on what plays, for role {@code control}.
     *
     * @param playback the name of the camera source that it plays as
     * @return where it is then; fails as other requests do, of a server that knows no replay as {@code unknown-type}
     */
    public CompletableFuture<ServerMessage.Playback> replay(String playback, PlaybackCommand command) {
        return ask(id -> new ClientMessage.Replay(Optional.of(id), Optional.of(playback), Optional.of(command)))
                .thenApply(ack -> playbacks(ack).stream().findFirst().orElseThrow());
    }

    /** What plays, and where it is: all playbacks, by name. */
    public CompletableFuture<List<ServerMessage.Playback>> playbacks() {
        return ask(id -> new ClientMessage.Replay(Optional.of(id), Optional.empty(), Optional.empty()))
                .thenApply(CompositorClient::playbacks);
    }

    private static List<ServerMessage.Playback> playbacks(ServerMessage.Ack ack) {
        return ack.playbacks().orElse(List.of());
    }

    public CompletableFuture<OptionalLong> admin(ClientMessage.AdminAction action) {
        return request(id -> new ClientMessage.Admin(Optional.of(id), action));
    }

    private CompletableFuture<OptionalLong> request(Function<RequestId, ClientMessage> make) {
        return request(make, Optional.empty());
    }

    private CompletableFuture<OptionalLong> request(
            Function<RequestId, ClientMessage> make, Optional<Subscription> wanted) {
        return ask(make, wanted).thenApply(ServerMessage.Ack::seq);
    }

    private CompletableFuture<ServerMessage.Ack> ask(Function<RequestId, ClientMessage> make) {
        return ask(make, Optional.empty());
    }

    /**
     * @param make the message for an id
     * @param wanted the subscription it asks for, if it is about that
     * @return the answer; fails with {@link RefusedException}, {@link TimeoutException} or {@link IOException}
     */
    private CompletableFuture<ServerMessage.Ack> ask(
            Function<RequestId, ClientMessage> make, Optional<Subscription> wanted) {
        RequestId id = connection.nextId();
        ClientMessage message = make.apply(id);
        byte[] encoded = options.codec.encode(message);
        if (!outstanding.tryAcquire()) {
            counters.refused.increment();
            return CompletableFuture.failedFuture(
                    new IOException(options.maxOutstanding + " requests are outstanding already"));
        }
        CompletableFuture<ServerMessage.Ack> answer = new CompletableFuture<>();
        answer.whenComplete((ack, failure) -> outstanding.release());
        boolean withSnapshot = message instanceof ClientMessage.Subscribe;
        boolean taken = loop.run(() -> connection.request(id, encoded, wanted, withSnapshot, answer));
        if (!taken) {
            counters.refused.increment();
            answer.completeExceptionally(new IOException("closed"));
        }
        return answer;
    }

    // ---- the end

    /** Says {@code bye} and ends; completes when the server has closed, or after 2 s. */
    public CompletableFuture<Closed> closeAsync() {
        return connection.leave();
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
            done.get(Connection.BYE_MILLIS + 1_000, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // whatever it waits for, it shall not keep the caller
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
                    .flatMap(loop -> loop.connections().stream())
                    .map(Connection::leave)
                    .toArray(CompletableFuture<?>[]::new);
            await(CompletableFuture.allOf(left));
            loops.forEach(Loop::close);
        }
    }

    /** Options; each has a default. Not for several threads at once. */
    public static final class Builder {
        final URI uri;
        Codec codec = Codecs.json();
        String display;
        String user;
        boolean keepOpen = true;
        boolean operator;
        Optional<DisplaySettings> settings = Optional.empty();
        Supplier<Optional<String>> key = Optional::empty;
        Subscription subscription = Subscription.NONE;
        ClientListener listener = new ClientListener() {};
        private Shared shared;
        private Optional<SSLContext> tls = Optional.empty();
        int maxOutstanding = 256;
        Duration requestLimit = Duration.ofSeconds(10);
        Duration welcomeLimit = Duration.ofSeconds(10);
        private Duration clockInterval = Duration.ofSeconds(5);
        Optional<Supplier<Optional<MemberReport>>> reporter = Optional.empty();
        DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

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
            reporter = other.reporter;
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
            return subscription(all ? Subscription.toAllCameras() : Subscription.toCameras(names));
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

        /**
         * What this display reports as a member of a wall, asked for about once a second on the client's thread; what
         * it throws is counted. The report goes with a measurement of the clock, which is measured as often as members
         * of a wall need: up to eight times a second.
         */
        public Builder reporter(Supplier<Optional<MemberReport>> source) {
            reporter = Optional.of(source);
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
            client.connection.start();
            return client;
        }
    }
}
