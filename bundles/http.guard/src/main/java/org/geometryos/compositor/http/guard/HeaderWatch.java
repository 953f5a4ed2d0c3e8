package org.geometryos.compositor.http.guard;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.geometryos.compositor.health.Health;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how long a peer may take to complete the header of a request: Jetty's idle timeout begins anew with each byte
 * and so never finds one that sends a byte a second. The time runs from the opening of a connection (a TLS handshake
 * included), and on a connection that is kept alive from the first byte of a further request. A connection that waits
 * between requests, sends a body or is being answered is left alone, and one that became a WebSocket is out of sight.
 *
 * <p>And it limits how many connections there are that are no WebSocket ({@link HttpBudget}): beyond it go those that
 * wait between requests, the one that has waited longest first, then those without a request, then those that take
 * their answer slower than {@link #LEAST_RATE}.
 *
 * <p>Jetty tells of connections on its own threads; {@link #pass} is called by one thread alone, the clock.
 */
final class HeaderWatch implements Connection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(HeaderWatch.class);
    private static final long REPORT_INTERVAL = TimeUnit.SECONDS.toNanos(10);
    /** Bytes per second that whoever is answered must take, while others wait for a connection. */
    static final long LEAST_RATE = 16_384;
    /** Over which time that is looked at. */
    private static final long RATE_WINDOW = TimeUnit.SECONDS.toNanos(5);
    /**
     * Of so many connections one more than needed is closed at a time, so that not each further one has all looked at.
     */
    private static final int BATCH_PART = 32;

    private final Supplier<Settings> settings;
    private final Map<Connection, Watched> connections = new ConcurrentHashMap<>();
    /** Whose header has begun and was not complete when last looked at, the oldest first; guarded by itself. */
    private final Deque<Watched> incomplete = new ArrayDeque<>();

    private final AtomicLong late = new AtomicLong();
    private final AtomicLong surplus = new AtomicLong();
    private final AtomicLong beyond = new AtomicLong();
    private final HttpBudget budget;
    private long reportedAt = System.nanoTime() - REPORT_INTERVAL;
    private volatile boolean stopped;

    HeaderWatch(Supplier<Settings> settings) {
        this(settings, Descriptors::look, () -> 0);
    }

    /** @param links how many WebSockets there are */
    HeaderWatch(Supplier<Settings> settings, Supplier<Descriptors> descriptors, IntSupplier links) {
        this.settings = settings;
        this.budget = new HttpBudget(settings, descriptors, connections::size, links);
    }

    HttpBudget budget() {
        return budget;
    }

    /** Connections that are no WebSocket. */
    int size() {
        return connections.size();
    }

    /** In which order connections go when there are too many. */
    private enum Rank {
        IDLE,
        WITHOUT_REQUEST,
        SLOW,
        ANSWERED
    }

    private record Candidate(Watched watched, Rank rank, long since) {}

    /** What is known about a connection; changed by the clock alone once it is watched. */
    private static final class Watched {
        private static final long UNKNOWN = -1;
        private final HttpConnection connection;
        /** When the header began that is not complete; 0: none has. */
        private volatile long since = System.nanoTime() | 1;

        private volatile long requests;
        /** What had come in when the connection was first seen to wait for a further request. */
        private long bytesWhenIdle = UNKNOWN;
        /** When it was last seen to be doing something. */
        private volatile long activeAt = System.nanoTime();
        // how fast it takes what it is sent: over the window before, and since when the present one
        private volatile boolean slow;
        private long windowBytes;
        private long windowAt = activeAt;

        Watched(HttpConnection connection) {
            this.connection = connection;
        }

        /** Brings {@link #since} up to date. @return whether a further header has begun */
        boolean look(long now) {
            HttpParser parser = connection.getParser();
            // the parser's state is volatile and the counter is not: in this order both are fresh
            boolean start = parser.isStart();
            boolean header = parser.inHeaderState();
            long begun = connection.getMessagesIn();
            if (begun != requests || !header) {
                requests = begun;
                since = 0;
                bytesWhenIdle = UNKNOWN;
            }
            if (!header || since != 0) {
                return false;
            }
            long bytes = connection.getBytesIn();
            if (start && (bytesWhenIdle == UNKNOWN || bytes == bytesWhenIdle)) {
                bytesWhenIdle = bytes;
                return false;
            }
            since = now == 0 ? 1 : now;
            return true;
        }

        /** Brings up to date what is needed to choose among too many. Comes before {@link #look}. */
        void note(long now) {
            if (active()) {
                activeAt = now;
            }
            if (now - windowAt >= RATE_WINDOW) {
                long bytes = connection.getBytesOut();
                slow = (bytes - windowBytes) / (double) LEAST_RATE * 1e9 < now - windowAt;
                windowBytes = bytes;
                windowAt = now;
            }
        }

        /** Whether it does something, or did since the clock last looked: most requests are over between two looks. */
        private boolean active() {
            return !connection.getParser().isStart() || connection.getMessagesIn() != requests;
        }

        Candidate candidate() {
            boolean asked = connection.getMessagesIn() > 0;
            Rank rank = connection.getParser().isStart() && asked
                    ? Rank.IDLE
                    : connection.getParser().inHeaderState() ? Rank.WITHOUT_REQUEST : slow ? Rank.SLOW : Rank.ANSWERED;
            long began = since;
            return new Candidate(
                    this,
                    rank,
                    rank == Rank.WITHOUT_REQUEST && began != 0 ? began : active() ? System.nanoTime() : activeAt);
        }

        /** Whether the header that had begun at the last look has still not come to its end. */
        boolean waits() {
            boolean header = connection.getParser().inHeaderState();
            return since != 0 && header && connection.getMessagesIn() == requests && open();
        }

        boolean open() {
            EndPoint endPoint = connection.getEndPoint();
            return endPoint.isOpen() && endPoint.getConnection() == connection;
        }
    }

    // ---- what Jetty tells

    @Override
    public void onOpened(Connection connection) {
        if (!stopped && connection instanceof HttpConnection http) {
            watch(http);
        }
        if (stopped || !(connection instanceof HttpConnection)) {
            // a listener that stays would keep this bundle's class loader as long as the connection lasts
            connection.removeEventListener(this);
        }
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    /** Takes in a connection that was open before there was a listener. */
    void found(EndPoint endPoint) {
        Connection connection = endPoint.getConnection();
        if (connection instanceof SslConnection tls) {
            connection = tls.getSslEndPoint().getConnection();
        }
        if (connection instanceof HttpConnection http) {
            watch(http);
        }
    }

    private void watch(HttpConnection connection) {
        Watched watched = new Watched(connection);
        if (connections.putIfAbsent(connection, watched) == null) {
            enqueue(watched);
            if (connections.size() > budget.limit()) {
                closeSurplus();
            }
        }
    }

    /** Closes the surplus, and a few more. One thread at a time; another one waits. */
    private synchronized void closeSurplus() {
        int limit = budget.limit();
        int tooMany = connections.size() - limit;
        if (tooMany <= 0) {
            return;
        }
        List<Candidate> candidates = new ArrayList<>();
        connections.values().forEach(watched -> candidates.add(watched.candidate()));
        candidates.removeIf(candidate -> candidate.rank == Rank.ANSWERED);
        candidates.sort(Comparator.comparing(Candidate::rank).thenComparing((a, b) -> Long.signum(a.since - b.since)));
        candidates.stream().limit(tooMany + limit / BATCH_PART).forEach(candidate -> {
            beyond.incrementAndGet();
            close(candidate.watched);
        });
    }

    /** Notes that a header has begun; of too many the oldest is closed. */
    private void enqueue(Watched begun) {
        int limit = settings.get().handshakes();
        List<Watched> tooMany = new ArrayList<>();
        synchronized (incomplete) {
            incomplete.add(begun);
            if (incomplete.size() > limit) {
                incomplete.removeIf(watched -> !watched.waits());
            }
            while (incomplete.size() > limit) {
                tooMany.add(incomplete.poll());
            }
        }
        surplus.addAndGet(tooMany.size());
        tooMany.forEach(this::close);
    }

    private void close(Watched watched) {
        connections.remove(watched.connection);
        watched.connection.getEndPoint().close();
    }

    // ---- the clock

    /** Closes those that took too long. Called a few times a second, by one thread. */
    void pass(long now) {
        long limit = settings.get().headerNanos();
        budget.look(now);
        for (Watched watched : connections.values()) {
            watched.note(now);
            if (!watched.open()) {
                connections.remove(watched.connection);
            } else if (watched.look(now)) {
                enqueue(watched);
            } else if (watched.since != 0 && now - watched.since >= limit) {
                late.incrementAndGet();
                close(watched);
            }
        }
        synchronized (incomplete) {
            incomplete.removeIf(watched -> !watched.waits());
        }
        if (connections.size() > budget.limit()) {
            closeSurplus();
        }
        report(now);
    }

    private void report(long now) {
        if (now - reportedAt < REPORT_INTERVAL) {
            return;
        }
        long slow = late.getAndSet(0);
        long many = surplus.getAndSet(0);
        if (slow > 0) {
            LOG.warn(
                    "closed {} connections that did not complete their request header within {} s",
                    slow,
                    TimeUnit.NANOSECONDS.toSeconds(settings.get().headerNanos()));
        }
        if (many > 0) {
            LOG.warn(
                    "closed {} connections, the oldest of more than {} that had not completed their request header",
                    many,
                    settings.get().handshakes());
        }
        long idle = beyond.getAndSet(0);
        if (idle > 0) {
            LOG.warn(
                    "closed {} HTTP connections, those idle for longest, as there were more than {} (of {} file "
                            + "descriptors {} are open)",
                    idle,
                    budget.limit(),
                    budget.seen().most(),
                    budget.seen().open());
        }
        if (slow + many + idle > 0) {
            reportedAt = now;
        }
    }

    /** How full the budgets are. Any thread. */
    Health health() {
        Descriptors seen = budget.seen();
        List<Health.Budget> budgets = new ArrayList<>(
                List.of(new Health.Budget("HTTP connections", connections.size(), budget.limit(), "connections")));
        if (seen.most() != Long.MAX_VALUE) {
            budgets.add(new Health.Budget("file descriptors", seen.open(), seen.most(), "descriptors"));
        }
        List<Health.Problem> problems = budget.roomForDisplay()
                ? List.of()
                : List.of(new Health.Problem(
                        Health.Level.WARNING,
                        "no further display is taken, as only " + HttpBudget.KEPT + " file descriptors are left of "
                                + seen.most()));
        return new Health("http", problems, budgets);
    }

    /** Lets go of all connections. */
    void stop() {
        stopped = true;
        connections.keySet().forEach(connection -> connection.removeEventListener(this));
        connections.clear();
        synchronized (incomplete) {
            incomplete.clear();
        }
    }
}
