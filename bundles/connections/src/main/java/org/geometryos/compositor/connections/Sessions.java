package org.geometryos.compositor.connections;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.log.Cluster;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.Speaker;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is connected, for the services that ask and for the component that follows links and the clock. What it must not
 * lose when it is replaced stands with the sockets, in the journal (what the others know of a display) and in a
 * {@link SessionFile}; a new one takes it from there.
 *
 * <p>Behind it is one room for each state: the {@link SessionTable} with the one lock, the {@link Lifecycle} of
 * sessions, {@link KnownDisplays}, what the others learn ({@link Announcer}), {@link Liveness} of links,
 * {@link Draining}, {@link Closings}, {@link Messages}, and the {@link Door} for who comes.
 */
final class Sessions implements ConnectionManager {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final Duration AFTER_TOO_MUCH = Duration.ofSeconds(10);
    /** Between two looks for sessions with which other hosts have gone on, and for those that hosts have left. */
    private static final long SHARED_LOOK = TimeUnit.SECONDS.toNanos(1);

    private static final long SHARED_CLEAN = TimeUnit.SECONDS.toNanos(30);

    /** What comes and goes around the table; each supplier may give null for the moment. */
    record Neighbours(
            Transport transport,
            Supplier<Journal> journal,
            Supplier<CameraBridge> cameras,
            Supplier<SceneService> scene,
            Supplier<Walls> walls,
            Function<String, Speaker> speakers,
            Events events,
            DisplayStore store,
            Supplier<Cluster> cluster) {

        /** Of a host alone. */
        Neighbours(
                Transport transport,
                Supplier<Journal> journal,
                Supplier<CameraBridge> cameras,
                Supplier<SceneService> scene,
                Supplier<Walls> walls,
                Function<String, Speaker> speakers,
                Events events,
                DisplayStore store) {
            this(transport, journal, cameras, scene, walls, speakers, events, store, () -> null);
        }

        /** Who speaks to a link; null while it is away. */
        Speaker speaker(Link link) {
            return speakers.apply(LinkMemory.of(link.attributes()).codec());
        }

        /** @return whether it was sent; not so where the link's protocol has no word for it */
        boolean say(Link link, ServerMessage message) {
            Speaker speaker = speaker(link);
            return speaker != null
                    && speaker.say(message)
                            .filter(bytes -> link.reply(bytes, speaker.text()))
                            .isPresent();
        }
    }

    /** Those who want to know. */
    interface Events {
        /** Whether there is anybody. */
        boolean heard();

        /** Tells them, without waiting. */
        void tell(Consumer<ConnectionListener> event);
    }

    private final Neighbours around;
    private final Clocks clocks;
    private final Door door = new Door();
    private final Tally refused = new Tally(LOG, "refused");
    private final SessionTable table = new SessionTable();
    private final KnownDisplays displays;
    private final Announcer announcer;
    private final SharedSessions shared;
    private final Closings closings;
    private final Lifecycle lifecycle;
    private final Messages messages;
    private final Draining draining;
    private final Liveness liveness;
    private volatile Settings settings;
    // the clock's thread
    private long sharedAt;
    private long cleanedAt;

    /**
     * @param nanos {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    record Clocks(LongSupplier nanos, LongSupplier micros) {}

    /** @param nanos the clock, {@link System#nanoTime()} */
    Sessions(Neighbours around, Settings settings, String version, LongSupplier nanos) {
        this(around, settings, version, new Clocks(nanos, TimeOfDay::micros), new SecureRandom());
    }

    /** @param random what names and tokens are made of */
    Sessions(Neighbours around, Settings settings, String version, Clocks clocks, Random random) {
        this.clocks = clocks;
        this.around = around;
        this.settings = settings;
        displays = new KnownDisplays(table, around.store);
        announcer = new Announcer(table, displays, around);
        shared = new SharedSessions(table, around.cluster);
        closings = new Closings(around, clocks.nanos);
        lifecycle = new Lifecycle(
                table,
                door,
                displays,
                announcer,
                shared,
                closings,
                new Tokens(random),
                around,
                () -> this.settings,
                version,
                clocks);
        messages = new Messages(table, around);
        draining = new Draining(table, around, lifecycle);
        liveness = new Liveness(door, around, lifecycle, clocks);
        sharedAt = now();
        cleanedAt = sharedAt;
    }

    SessionTable table() {
        return table;
    }

    void configure(Settings changed) {
        settings = changed;
        displays.most(changed.rememberedDisplays());
        around.transport.links().forEach(link -> changed.limit(LinkMemory.of(link.attributes())));
    }

    /** Other displays are declared, or others of their settings. */
    void declared(Map<String, DisplaySettings> next) {
        synchronized (table.lock) {
            announcer.declared(next);
        }
    }

    // ---- the table and the one before it

    /** A link is there: new, or one whose session another table opened. */
    void seen(Link link) {
        lifecycle.seen(link);
    }

    /** Takes up what another table left; links that are there are {@link #seen} afterwards. */
    void restore(SessionFile.Content content) {
        synchronized (table.lock) {
            lifecycle.restore(content.sessions());
            content.draining()
                    .ifPresent(left -> draining.begin(left.left(), left.reconnectAfter(), left.except(), now()));
        }
    }

    /** What the next table needs to know. */
    SessionFile.Content content() {
        long now = now();
        synchronized (table.lock) {
            return new SessionFile.Content(
                    table.all().stream().map(session -> session.kept(now)).toList(), draining.left(now));
        }
    }

    // ---- admission

    @Override
    public Optional<Refusal> admit(String address, Optional<String> key, Role role, boolean operator, boolean attempt) {
        return draining.refusal(key.isPresent(), role, operator)
                .or(() -> door.refusal(address, key.orElse("local"), operator, attempt, settings.admission(), now()));
    }

    @Override
    public void refused(String address, int status, String reason) {
        refused.count(status);
        refused.say(status, "handshake from " + address, reason, now());
    }

    // ---- what clients ask

    static RequestException unavailable(String message) {
        return new RequestException(ErrorCode.UNAVAILABLE.word(), null, message, 0);
    }

    private Link link(long id) throws RequestException {
        return around.transport.link(id).orElseThrow(() -> unavailable("the connection is gone"));
    }

    @Override
    public void open(long linkId, Opening opening) throws RequestException {
        lifecycle.open(link(linkId), opening);
    }

    @Override
    public void leave(long linkId) {
        around.transport.link(linkId).ifPresent(lifecycle::leave);
    }

    @Override
    public void changeSettings(long linkId, DisplaySettings changed) {
        around.transport.link(linkId).ifPresent(link -> {
            synchronized (table.lock) {
                lifecycle.changeSettings(link, changed);
            }
        });
    }

    @Override
    public void ask(long linkId, String camera, String holder) throws RequestException {
        messages.ask(link(linkId), camera, holder, now());
    }

    @Override
    public void reserve(long linkId, long bytes) {
        List<Link> links = new ArrayList<>();
        synchronized (table.lock) {
            around.transport.link(linkId).flatMap(table::of).ifPresent(session -> {
                table.counts(session, bytes);
                shared.asks(session);
            });
            long budget = settings.subscriptionBytes();
            if (table.subscriptionBytes() > budget) {
                for (SessionEntry session : table.largest()) {
                    if (table.subscriptionBytes() <= budget / 8 * 7) {
                        break;
                    }
                    if (session.link != null) {
                        links.add(session.link);
                    }
                    lifecycle.end(session, "all subscriptions together name too many cameras");
                }
            }
        }
        for (Link link : links) {
            LinkMemory.of(link.attributes()).forgetSubscriptions();
            closings.close(
                    link,
                    CloseCode.TOO_MUCH_ASKED.code(),
                    "all subscriptions together name too many cameras, and this one is among those with the most",
                    Optional.of(AFTER_TOO_MUCH));
            // for who serves it to let it go
            link.signal();
        }
    }

    // ---- closing

    /** A link is gone: its session waits, or ends. */
    void lost(Link link, int code, String reason) {
        lifecycle.lost(link, code, reason);
    }

    /** Says goodbye and closes; its session ends or waits, by the code. */
    void close(Link link, int code, String reason, Optional<Duration> reconnectAfter) {
        lifecycle.close(link, code, reason, reconnectAfter);
    }

    @Override
    public boolean close(String id, int code, String reason, Optional<Duration> reconnectAfter) {
        return lifecycle.close(id, code, reason, reconnectAfter);
    }

    @Override
    public void close(long linkId, int code, String reason, Optional<Duration> reconnectAfter) {
        around.transport.link(linkId).ifPresent(link -> lifecycle.close(link, code, reason, reconnectAfter));
    }

    // ---- what operators ask

    @Override
    public void drain(Optional<Duration> over, Optional<Duration> reconnectAfter, Optional<String> except) {
        Settings current = settings;
        synchronized (table.lock) {
            draining.begin(
                    over.orElse(current.drainOver()),
                    reconnectAfter.orElse(current.drainReconnectAfter()),
                    except,
                    now());
        }
    }

    @Override
    public void undrain() {
        synchronized (table.lock) {
            draining.end();
        }
    }

    @Override
    public int notice(Optional<String> display, Level level, String text) {
        return messages.notice(display, level, text);
    }

    @Override
    public boolean assigned(String display, Optional<String> wall) {
        return messages.assigned(display, wall);
    }

    /** How much is held, for an operator. */
    List<Health.Budget> budgets() {
        synchronized (table.lock) {
            return List.of(
                    new Health.Budget(
                            "connections", door.size(), settings.admission().connections(), "connections"),
                    new Health.Budget(
                            "names in subscriptions", table.subscriptionBytes(), settings.subscriptionBytes(), "bytes"),
                    new Health.Budget(
                            "sessions that wait for their display",
                            table.waitingBytes(),
                            settings.waitingBytes(),
                            "bytes"));
        }
    }

    @Override
    public List<Session> sessions() {
        synchronized (table.lock) {
            return table.all().stream().map(this::seenFromOutside).toList();
        }
    }

    @Override
    public Optional<Session> session(String id) {
        synchronized (table.lock) {
            return table.get(id).map(this::seenFromOutside);
        }
    }

    private Session seenFromOutside(SessionEntry session) {
        return session.seenFromOutside(displays.inForce(session));
    }

    @Override
    public List<Display> displays() {
        synchronized (table.lock) {
            return displays.all();
        }
    }

    @Override
    public Statistics statistics() {
        synchronized (table.lock) {
            return new Statistics(
                    door.size(),
                    table.connected(),
                    table.waiting(),
                    displays.remembered(),
                    draining.active(),
                    refused.counts(),
                    closings.counts(),
                    closings.countsOfClients());
        }
    }

    // ---- the clock

    /** Called several times a second, by one thread. */
    void tick() {
        long now = now();
        liveness.awake(now);
        Settings current = settings;
        Journal journal = around.journal.get();
        announcer.follow(journal, now);
        liveness.look(now, current);
        synchronized (table.lock) {
            draining.moveAway(now);
            lifecycle.showLosses(now);
            announcer.sayAgain();
            announcer.tellSettings(now);
            long window = TimeUnit.MILLISECONDS.toNanos(current.resumeWindow());
            lifecycle.endOverdue(
                    session -> now - liveness.watchedFrom(session.lostAt) > window, current.resumeWindow());
            if (journal != null) {
                announcer.dismissStrangers(journal, now, window);
                share(journal, now, window);
            }
        }
    }

    /** With the lock. */
    private void share(Journal journal, long now, long window) {
        if (around.cluster.get() == null || journal.away().isPresent()) {
            return;
        }
        shared.tell(now);
        if (now - sharedAt >= SHARED_LOOK) {
            sharedAt = now;
            shared.moved(journal, announcer::claims).forEach(lifecycle::moved);
        }
        if (now - cleanedAt >= SHARED_CLEAN) {
            cleanedAt = now;
            shared.clean(journal, now, window);
        }
    }

    private long now() {
        return clocks.nanos.getAsLong();
    }
}
