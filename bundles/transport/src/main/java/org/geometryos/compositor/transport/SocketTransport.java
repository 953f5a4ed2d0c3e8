package org.geometryos.compositor.transport;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.geometryos.compositor.health.Failures;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.PlugIns;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Decision;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.SocketRoom;
import org.geometryos.compositor.transport.api.SocketWriter;
import org.geometryos.compositor.transport.api.Transport;

/** All sockets, and who handles them. Independent of OSGi and of the servlet. */
final class SocketTransport implements Transport {
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(100);
    /** A link that needs no care is looked at once in so many ticks. */
    private static final int ROUND = 10;

    private static final long LEAVE_LIMIT = TimeUnit.SECONDS.toNanos(5);
    /** How long closing all links may take when the transport goes. */
    private static final long STOP_LIMIT = TimeUnit.MILLISECONDS.toNanos(1500);

    private final ConcurrentHashMap<Long, SocketLink> links = new ConcurrentHashMap<>();
    /** Held while a link leaves {@link #links}, so that its bytes count once. */
    private final Object linksEnd = new Object();
    // guarded by linksEnd
    private long bytesOfEnded;
    private final IdleFrames idleFrames = new IdleFrames(System.nanoTime());
    /**
     * Links that need the clock at each tick: closing ones, and those that hold a message which nobody takes. Each with
     * a mark of when it was last asked for.
     */
    private final ConcurrentHashMap<SocketLink, Object> attended = new ConcurrentHashMap<>();

    private final PlugIns<LinkListener> listeners = new PlugIns<>("a listener of connections");
    private final PlugIns<SocketRoom> rooms = new PlugIns<>("what limits the number of sockets");
    private final CopyOnWriteArrayList<Handler> handlers = new CopyOnWriteArrayList<>();
    /** Begins at the time of day, so that the numbers of a transport that replaces this one are above its. */
    private final AtomicLong ids = new AtomicLong(System.currentTimeMillis() * 1000);
    // what may fail with each message or connection is told now and then
    private final Failures onLinks = new Failures("the clock of a connection, which ends,");
    private final GuardedLoop clock = GuardedLoop.of("compositor-transport-clock", this::tick);
    private final Holdings holdings =
            new Holdings(links.values(), () -> settings().budgets(), clock::wake);
    // of the clock alone
    private Iterator<SocketLink> round = Collections.emptyIterator();
    private long tickedAt = System.nanoTime();
    private volatile Settings settings;
    /** Null while there is none. */
    private volatile SocketWriter writer;

    private volatile boolean stopped;
    /** The clock has stopped. */
    private volatile boolean ended;

    SocketTransport(Settings settings) {
        this(settings, true);
    }

    /** @param ticks false: for tests that are its clock themselves */
    SocketTransport(Settings settings, boolean ticks) {
        this.settings = settings;
        if (ticks) {
            clock.start();
        }
    }

    /** A handler, and how many calls to it are running. */
    private static final class Handler {
        private final LinkHandler service;
        private final Comparable<Object> rank;
        private final AtomicInteger running = new AtomicInteger();
        private final Failures failures;
        private volatile boolean left;

        Handler(LinkHandler service, Comparable<Object> rank) {
            this.service = service;
            this.failures = Failures.ofPlugIn("what handles connections", service);
            this.rank = rank;
        }

        boolean enter() {
            running.incrementAndGet();
            if (left) {
                running.decrementAndGet();
                return false;
            }
            return true;
        }

        void exit() {
            running.decrementAndGet();
        }
    }

    // ---- what the seam offers

    @Override
    public Collection<Link> links() {
        return List.copyOf(links.values());
    }

    @Override
    public int size() {
        return links.size();
    }

    @Override
    public long bytesSent() {
        synchronized (linksEnd) {
            return bytesOfEnded
                    + links.values().stream().mapToLong(Link::bytesSent).sum();
        }
    }

    @Override
    public Optional<Link> link(long id) {
        return Optional.ofNullable(links.get(id));
    }

    @Override
    public Batch batch() {
        return new FrameBatch(() -> settings.busyDetection(), this::writer);
    }

    @Override
    public int messageBytes() {
        return settings.messageBytes();
    }

    // ---- handlers and listeners

    Settings settings() {
        return settings;
    }

    void configure(Settings changed) {
        settings = changed;
        links.values().forEach(link -> link.setLimits(changed));
    }

    /** @param rank greater means more in charge (a service reference) */
    void add(LinkHandler handler, Comparable<Object> rank) {
        synchronized (handlers) {
            int i = 0;
            while (i < handlers.size() && handlers.get(i).rank.compareTo(rank) > 0) {
                i++;
            }
            handlers.add(i, new Handler(handler, rank));
        }
        links.values().forEach(SocketLink::flow);
    }

    /** Returns when no call to the handler is running any more, or after 5 s. */
    void remove(LinkHandler handler) {
        for (Handler h : handlers) {
            if (h.service == handler) {
                h.left = true;
                handlers.remove(h);
                long deadline = System.nanoTime() + LEAVE_LIMIT;
                while (h.running.get() > 0 && System.nanoTime() - deadline < 0) {
                    LockSupport.parkNanos(100_000);
                }
            }
        }
        // what was held in that moment goes to the next one, if there is one
        links.values().forEach(SocketLink::flow);
    }

    /** Asked with each handshake. */
    void add(SocketRoom room) {
        rooms.add(room);
    }

    void remove(SocketRoom room) {
        rooms.remove(room);
    }

    /** From now on it writes to all sockets. */
    synchronized void add(SocketWriter faster) {
        writer = faster;
    }

    /** If none has taken its place, channels are written to as they are. */
    synchronized void remove(SocketWriter gone) {
        if (writer == gone) {
            writer = null;
        }
    }

    /** What writes to sockets in the place of their channels, or null. */
    SocketWriter writer() {
        return writer;
    }

    void add(LinkListener listener) {
        listeners.add(listener);
        links.values().forEach(link -> listeners.tell(listener, l -> l.opened(link)));
    }

    void remove(LinkListener listener) {
        listeners.remove(listener);
    }

    boolean handled() {
        return !handlers.isEmpty();
    }

    /** What the handler in charge makes of a handshake. */
    Decision handshake(Handshake handshake) {
        if (stopped) {
            return notReady("the transport restarts");
        }
        if (handshake.upgrade() && !rooms.all(SocketRoom::roomForDisplay)) {
            return new Decision.Refuse(
                    503, Map.of("Retry-After", "10"), "full: the server has no file descriptors left for displays");
        }
        for (Handler h : handlers) {
            if (h.enter()) {
                try {
                    return h.service.handshake(handshake);
                } catch (RuntimeException | Error e) {
                    h.failures.failed(e);
                    return new Decision.Refuse(500, Map.of(), "internal error");
                } finally {
                    h.exit();
                }
            }
        }
        return notReady("there is no endpoint to accept connections");
    }

    private static Decision notReady(String why) {
        return new Decision.Refuse(503, Map.of("Retry-After", "1"), "not ready: " + why);
    }

    Map<String, String> statusHeaders(Handshake handshake) {
        for (Handler h : handlers) {
            if (h.enter()) {
                try {
                    return h.service.statusHeaders(handshake);
                } catch (RuntimeException | Error e) {
                    h.failures.failed(e);
                    return Map.of();
                } finally {
                    h.exit();
                }
            }
        }
        return Map.of();
    }

    /** Hands a message to the handler in charge. @return null if there is none, else whether to go on */
    Boolean message(SocketLink link, java.nio.ByteBuffer payload, boolean text) {
        for (Handler h : handlers) {
            if (h.enter()) {
                try {
                    return h.service.message(link, payload, text);
                } catch (RuntimeException | Error e) {
                    h.failures.failed(e);
                    link.close(CloseStatus.SERVER_ERROR, "internal error");
                    return true;
                } finally {
                    h.exit();
                }
            }
        }
        return null;
    }

    /** Offers a short message to the handler in charge. @return whether it was dealt with */
    boolean brief(SocketLink link, java.nio.ByteBuffer payload, boolean text) {
        for (Handler h : handlers) {
            if (h.enter()) {
                try {
                    return h.service.brief(link, payload, text);
                } catch (RuntimeException | Error e) {
                    h.failures.failed(e);
                    link.close(CloseStatus.SERVER_ERROR, "internal error");
                    return true;
                } finally {
                    h.exit();
                }
            }
        }
        return false;
    }

    // ---- links

    SocketLink link(Handshake handshake, Wire wire) {
        return new SocketLink(ids.incrementAndGet(), handshake, this, wire);
    }

    void opened(SocketLink link) {
        link.setLimits(settings);
        links.put(link.id(), link);
        tell(l -> l.opened(link));
        if (stopped) {
            closes(link, CloseStatus.SERVICE_RESTART, "restarting");
        }
    }

    void closed(SocketLink link, int code, String reason) {
        boolean was;
        synchronized (linksEnd) {
            was = links.remove(link.id(), link);
            bytesOfEnded += was ? link.bytesSent() : 0;
        }
        if (was) {
            tell(l -> l.closed(link, code, reason));
        }
    }

    void ready(SocketLink link) {
        if (links.containsKey(link.id())) {
            tell(l -> l.ready(link));
        }
    }

    void changed(SocketLink link) {
        if (links.containsKey(link.id())) {
            tell(l -> l.changed(link));
        }
    }

    /** Closes a link on the transport's own account. */
    void closes(SocketLink link, int code, String reason) {
        if (link.open()) {
            tell(l -> l.closing(link, code, reason));
            link.close(code, reason);
        }
    }

    // ---- what they hold

    /** What all links together hold. */
    Holdings holdings() {
        return holdings;
    }

    /** Counts a frame that says nothing. @return see {@link IdleFrames#count} */
    long idleFrame(long now) {
        return idleFrames.count(now);
    }

    /**
     * Has the clock look at a link at each tick, as long as {@link SocketLink#tick} says so. When there is no clock any
     * more the link ends: nobody would see to it that its socket is closed.
     */
    void attend(SocketLink link) {
        attended.put(link, new Object());
        if (ended) {
            link.drop();
        }
    }

    void later(SocketLink link, Runnable task) {
        try {
            link.executor().ifPresent(executor -> executor.execute(task));
        } catch (RejectedExecutionException e) {
            link.abort();
        }
    }

    private void tell(Consumer<LinkListener> what) {
        listeners.tell(what);
    }

    // ---- the clock

    private long tick() {
        long now = System.nanoTime();
        holdings.relieve(now);
        if (now - tickedAt < TICK / 2) {
            // woken for that alone
            return Holdings.RELIEF;
        }
        tickedAt = now;
        // an iterator that goes on where it stood: what it takes costs no more than the links it visits
        if (!round.hasNext()) {
            round = links.values().iterator();
        }
        for (int n = links.size() / ROUND + 1; n > 0 && round.hasNext(); n--) {
            tick(round.next(), now);
        }
        attended.forEach((link, mark) -> {
            if (!tick(link, now)) {
                // not if that was asked for again meanwhile
                attended.remove(link, mark);
            }
        });
        return TICK;
    }

    /** One that fails ends, so that the others have their clock. @return whether it needs the clock at each tick */
    private boolean tick(SocketLink link, long now) {
        try {
            return link.tick(now);
        } catch (RuntimeException | Error e) {
            onLinks.failed(e);
            link.abort();
            return false;
        }
    }

    // ---- the end

    /**
     * Closes every link, those first that something was delivered to, and waits until the peers have seen it. When 1.5
     * s are over, it returns with what was possible.
     */
    void closeAll(int code, String reason) {
        long deadline = System.nanoTime() + STOP_LIMIT;
        links.values().stream()
                .sorted(Comparator.comparing(link -> link.delivered() == 0))
                .takeWhile(link -> System.nanoTime() - deadline < 0)
                .forEach(link -> closes(link, code, reason));
        while ((!links.isEmpty() || attended.keySet().stream().anyMatch(SocketLink::tcpOpen))
                && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Closes everything and ends the clock. No socket is open behind it, and none stays so that comes later. */
    void stop(int code, String reason) {
        stopped = true;
        closeAll(code, reason);
        clock.stop(1000);
        ended = true;
        links.values().forEach(SocketLink::drop);
        attended.keySet().forEach(SocketLink::drop);
    }
}
