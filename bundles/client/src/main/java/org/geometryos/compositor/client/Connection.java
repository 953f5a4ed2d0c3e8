package org.geometryos.compositor.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.client.CompositorClient.State;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * Keeps a client connected: attempts, {@code hello}, the watchdog, the way back after a loss, and the end. All on the
 * loop's thread, but for what says otherwise.
 */
final class Connection {
    static final long BYE_MILLIS = 2_000;
    private static final long TICK_MILLIS = 250;
    /** Of a client that measures the clock closely. */
    private static final long CLOSE_TICK_MILLIS = 125;
    /** Less than a tick: a report is not put off to the next one for it. */
    private static final long EARLY_NANOS = 100_000_000;

    private static final long DEFAULT_TIMEOUT_MILLIS = 30_000;
    private static final String[] OPERATOR = {"compositor.admin"};
    private static final String[] NOTHING = {};

    private final CompositorClient.Builder options;
    private final Loop loop;
    private final boolean ownLoop;
    private final LiveCounters counters;
    private final KnownState known;
    private final ServerClock clock;
    private final SubscriptionState subscription;
    private final Backoff backoff;
    private final HostRing hosts;
    private final PendingRequests requests;
    private final AtomicLong ids = new AtomicLong();
    private final Incoming incoming;
    private final CompletableFuture<ServerMessage.Welcome> ready = new CompletableFuture<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();

    // written on the loop's thread, read by any
    private volatile State state = State.CONNECTING;
    private volatile Optional<ServerMessage.Welcome> welcome = Optional.empty();

    private ClientSocket socket;
    private RequestId hello;
    private String display;
    private OptionalLong goodbye = OptionalLong.empty();
    private String helloError = "";
    private long began;
    private long heard;
    private boolean reported;
    private long reportedAt;
    private boolean leaving;
    private Future<?> ticks;
    private Future<?> attempt;

    /**
     * @param options which do not change any more
     * @param ownLoop whether the loop ends with the client
     */
    Connection(
            CompositorClient.Builder options,
            Loop loop,
            boolean ownLoop,
            LiveCounters counters,
            KnownState known,
            ServerClock clock) {
        this.options = options;
        this.loop = loop;
        this.ownLoop = ownLoop;
        this.counters = counters;
        this.known = known;
        this.clock = clock;
        this.subscription = new SubscriptionState(options.subscription);
        this.backoff = new Backoff(options.random, System::nanoTime);
        this.hosts = new HostRing(options.uri);
        this.requests = new PendingRequests(options.requestLimit.toNanos());
        this.incoming = new Incoming(known, clock, subscription, requests, counters, life);
        this.display = options.display;
    }

    // ---- for any thread

    State state() {
        return state;
    }

    Optional<ServerMessage.Welcome> welcome() {
        return welcome;
    }

    CompletableFuture<ServerMessage.Welcome> ready() {
        return ready.copy();
    }

    CompletableFuture<Closed> closed() {
        return closed.copy();
    }

    /** The number of the next request. */
    RequestId nextId() {
        return new RequestId.Number(ids.incrementAndGet());
    }

    void start() {
        loop.join(this);
        loop.run(() -> {
            ticks = loop.every(this::tick, options.reporter.isPresent() ? CLOSE_TICK_MILLIS : TICK_MILLIS);
            connect();
        });
    }

    /** Says {@code bye} and ends; completes when the server has closed, or after 2 s. */
    CompletableFuture<Closed> leave() {
        loop.run(() -> {
            if (leaving || state == State.CLOSED) {
                return;
            }
            leaving = true;
            if (state == State.OPEN) {
                ClientSocket last = socket;
                last.send(options.codec.encode(new ClientMessage.Bye(Optional.empty())));
                attempt = loop.schedule(() -> last.drop("no close within " + BYE_MILLIS + " ms after bye"), BYE_MILLIS);
            } else if (socket != null) {
                socket.drop("closed by the client");
            } else {
                finish(new Closed(1000, "closed by the client", OptionalLong.empty()));
            }
        });
        return closed();
    }

    // ---- what is sent

    /** Sends it if that can be done at once. */
    void offer(byte[] message) {
        if (state == State.OPEN && socket.waiting() < options.maxOutstanding) {
            socket.send(message);
        } else {
            counters.refused.increment();
        }
    }

    /**
     * @param id the message's
     * @param wanted the subscription it asks for, if it is about that
     * @param answer completes with the answer; fails with {@link RefusedException},
     *     {@link java.util.concurrent.TimeoutException} or {@link IOException}
     */
    void request(
            RequestId id,
            byte[] encoded,
            Optional<Subscription> wanted,
            boolean withSnapshot,
            CompletableFuture<ServerMessage.Ack> answer) {
        int limit = welcome.map(said -> said.limits().messageBytes()).orElse(Integer.MAX_VALUE);
        if (state != State.OPEN || leaving) {
            counters.refused.increment();
            wanted.ifPresent(subscription::nextTime);
            answer.completeExceptionally(new IOException("not connected"));
        } else if (encoded.length > limit) {
            counters.refused.increment();
            answer.completeExceptionally(new IOException(
                    "a message of " + encoded.length + " bytes is too long; the server takes " + limit));
        } else {
            wanted.ifPresent(it -> subscription.asked(id, it, withSnapshot));
            requests.add(id, answer, System.nanoTime());
            socket.send(encoded);
        }
    }

    private void send(ClientMessage message) {
        socket.send(options.codec.encode(message));
    }

    // ---- attempts

    private void connect() {
        attempt = null;
        goodbye = OptionalLong.empty();
        helloError = "";
        state = State.CONNECTING;
        began = System.nanoTime();
        socket = new ClientSocket(loop, options.codec.subprotocol(), options.codec.text(), events);
        try {
            open();
        } catch (RuntimeException | Error e) {
            // without this there would be no further attempt
            socket.drop("the connection could not be begun: " + e.getClass().getSimpleName());
        }
    }

    private void open() {
        Optional<String> key;
        try {
            key = options.key.get();
        } catch (RuntimeException e) {
            socket.drop("the key supplier failed: " + e.getClass().getSimpleName());
            return;
        }
        if (key.isPresent() && !key.get().chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            // the JDK would refuse it too, and show it in its exception
            socket.drop("the key has characters that a header cannot carry");
            return;
        }
        socket.connect(hosts.current(), key, options.operator ? OPERATOR : NOTHING);
    }

    private void sayHello() {
        Optional<Opening.Resume> resume = options.keepOpen
                ? welcome.map(said -> new Opening.Resume(said.token(), known.epoch(), known.seq()))
                : Optional.empty();
        hello = nextId();
        send(new ClientMessage.Hello(
                Optional.of(hello),
                new Opening(
                        Optional.ofNullable(display),
                        Optional.ofNullable(options.user),
                        options.keepOpen,
                        options.settings,
                        resume)));
    }

    private final Incoming.Life life = new Incoming.Life() {
        @Override
        public void welcomed(ServerMessage.Welcome said) {
            if (state != State.CONNECTING) {
                return;
            }
            welcome = Optional.of(said);
            known.memberOf(said.wall());
            display = said.display();
            state = State.OPEN;
            counters.connects.increment();
            backoff.welcomed();
            hosts.welcomed(said.hosts());
            clock.welcomed();
            if (said.resumed()) {
                counters.resumes.increment();
            } else {
                known.begin(said.epoch(), said.seq());
                if (subscription.subscription().none()) {
                    known.forgetAll();
                }
            }
            SubscriptionState.Next next = subscription.welcomed(said.resumed());
            if (next == SubscriptionState.Next.UNSUBSCRIBE_AND_SUBSCRIBE) {
                send(new ClientMessage.Unsubscribe(Optional.empty()));
            }
            tell(() -> options.listener.connected(said));
            ready.complete(said);
            Subscription wanted = subscription.subscription();
            if (next != SubscriptionState.Next.NOTHING && !wanted.none() && !subscription.asking() && !leaving) {
                RequestId id = nextId();
                subscription.asked(id, wanted, true);
                send(new ClientMessage.Subscribe(Optional.of(id), wanted));
            }
        }

        /** What is wrong with this {@code hello} stays wrong. */
        @Override
        public boolean helloRefused(ServerMessage.Error error) {
            if (state != State.CONNECTING
                    || error.id().isEmpty()
                    || !error.id().get().equals(hello)
                    || error.code() != ErrorCode.INVALID
                            && error.code() != ErrorCode.MALFORMED
                            && error.code() != ErrorCode.FORBIDDEN) {
                return false;
            }
            helloError = "hello was refused: " + error.message();
            tell(() -> options.listener.message(error));
            socket.drop(helloError);
            return true;
        }

        @Override
        public void goodbye(ServerMessage.Goodbye said) {
            goodbye = said.reconnectAfter();
        }
    };

    private void tick() {
        long now = System.nanoTime();
        requests.expire(now, counters.timeouts::increment);
        clock.watch();
        if (socket == null) {
            return;
        }
        if (state == State.CONNECTING) {
            if (now - began > options.welcomeLimit.toNanos()) {
                socket.drop("no welcome within " + options.welcomeLimit.toMillis() + " ms");
            }
            return;
        }
        long limit = welcome.map(said -> said.heartbeat().timeout())
                .filter(millis -> millis > 0)
                .orElse(DEFAULT_TIMEOUT_MILLIS);
        if ((now - heard) / 1_000_000 > limit) {
            counters.watchdog.increment();
            socket.drop("nothing received for " + limit + " ms");
        } else if (clock.due()) {
            Optional<MemberReport> report = report(now);
            send(new ClientMessage.Ping(Optional.empty(), clock.ping(), report));
        }
    }

    /** What a member of a wall reports, if it is time to. */
    private Optional<MemberReport> report(long now) {
        if (options.reporter.isEmpty() || reported && now - reportedAt < clock.reportEvery() - EARLY_NANOS) {
            return Optional.empty();
        }
        try {
            Optional<MemberReport> report = options.reporter.get().get();
            if (report.isPresent()) {
                reported = true;
                reportedAt = now;
            }
            return report;
        } catch (RuntimeException e) {
            counters.listenerFailures.increment();
            return Optional.empty();
        }
    }

    // ---- the end

    private void lost(int code, String reason, int httpStatus) {
        counters.closed(code);
        subscription.lost();
        String why = reason.isEmpty() ? helloError : reason;
        boolean refusedForGood = httpStatus == 400 || httpStatus == 401 || httpStatus == 403 || !helloError.isEmpty();
        OptionalLong wait = leaving || !options.keepOpen || refusedForGood ? OptionalLong.empty() : comeBack(code);
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

    /** When to connect again, milliseconds; at another host at once. */
    private OptionalLong comeBack(int code) {
        boolean first = hosts.lost(code);
        OptionalLong wait = backoff.lost(code, goodbye);
        return first && wait.isPresent()
                ? OptionalLong.of(Math.round(Backoff.FIRST * options.random.getAsDouble()))
                : wait;
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

    // ---- what comes in

    private final ClientSocket.Events events = new ClientSocket.Events() {
        @Override
        public void opened(ClientSocket by) {
            if (by == socket) {
                sayHello();
            }
        }

        @Override
        public void heard(ClientSocket by) {
            if (by == socket) {
                heard = System.nanoTime();
            }
        }

        @Override
        public void message(ClientSocket by, ByteBuffer message) {
            if (by != socket) {
                return;
            }
            counters.received.increment();
            counters.bytes.add(message.remaining());
            ServerMessage decoded;
            try {
                decoded = options.codec.decodeServer(message);
            } catch (DecodeException | RuntimeException e) {
                counters.unreadable.increment();
                return;
            }
            if (decoded.accept(incoming)) {
                tell(() -> options.listener.message(decoded));
            }
        }

        @Override
        public void unreadable(ClientSocket by, String why) {
            counters.received.increment();
            counters.unreadable.increment();
        }

        @Override
        public void sent(ClientSocket by) {
            counters.sent.increment();
        }

        @Override
        public void lost(ClientSocket by, int code, String reason, int httpStatus) {
            if (by == socket) {
                socket = null;
                Connection.this.lost(code, reason, httpStatus);
            }
        }
    };

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            counters.listenerFailures.increment();
        }
    }
}
