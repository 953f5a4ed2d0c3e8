package org.geometryos.compositor.connections;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.Walls;
import org.geometryos.compositor.protocol.CloseCode;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.Speaker;
import org.geometryos.compositor.transport.api.Link;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a session begins, goes on, loses its link and ends, each with all that follows: the table, the link's memory,
 * cameras that become free, what the others learn. Holds nothing itself. Whatever changes a session does so with the
 * table's lock; sending below it only queues.
 */
final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    /** A loss of the socket that is shorter does not show. */
    private static final long LOSS_SHOWS = TimeUnit.SECONDS.toNanos(2);

    private static final Duration KNOWS_SOON = Duration.ofMillis(100);
    private static final String MOVED = "the session goes on at another host";

    private final SessionTable table;
    private final Door door;
    private final KnownDisplays displays;
    private final Announcer announcer;
    private final SharedSessions shared;
    private final Closings closings;
    private final Tokens tokens;
    private final Sessions.Neighbours around;
    private final Supplier<Settings> settings;
    private final ServerMessage.Server server;
    private final LongSupplier nanos;
    private final LongSupplier micros;

    Lifecycle(
            SessionTable table,
            Door door,
            KnownDisplays displays,
            Announcer announcer,
            SharedSessions shared,
            Closings closings,
            Tokens tokens,
            Sessions.Neighbours around,
            Supplier<Settings> settings,
            String version,
            Sessions.Clocks clocks) {
        this.table = table;
        this.door = door;
        this.displays = displays;
        this.announcer = announcer;
        this.shared = shared;
        this.closings = closings;
        this.around = around;
        this.settings = settings;
        this.server = new ServerMessage.Server("compositor-bridge", version);
        this.tokens = tokens;
        this.nanos = clocks.nanos();
        this.micros = clocks.micros();
    }

    // ---- this table and the one before it

    /** A link is there: new, or one whose session another table opened. */
    void seen(Link link) {
        LinkMemory memory = LinkMemory.of(link.attributes());
        settings.get().limit(memory);
        door.add(link);
        synchronized (table.lock) {
            memory.sessionState().ifPresent(state -> takeUp(state, link));
        }
    }

    private void takeUp(Map<?, ?> state, Link link) {
        SessionEntry known = table.get((String) state.get("id")).orElse(null);
        if (known == null) {
            known = SessionEntry.fromMap(state);
            Optional<SessionEntry> there = table.ofDisplay(known.display);
            if (there.filter(session -> session.lastLink > link.id()).isPresent()) {
                // its display has been taken over by then
                return;
            }
            there.ifPresent(session -> end(session, takenOver(session.display)));
            add(known);
        } else if (!link.open() || known.link != null && known.link.id() >= link.id()) {
            return;
        }
        attach(known, link);
        announcer.announce(known);
    }

    /** Takes up a session that another table, beside this one for a moment, opened. */
    void adopt(Link link) {
        synchronized (table.lock) {
            if (table.of(link).isPresent()) {
                return;
            }
        }
        // its own, or one that went on to this link in the other table
        seen(link);
    }

    /** Takes up what another table left; links that are there are {@link #seen} afterwards. */
    void restore(List<SessionFile.Kept> left) {
        long now = nanos.getAsLong();
        left.stream()
                .sorted(Comparator.comparing(kept -> kept.lost().orElse(Duration.ZERO), Comparator.reverseOrder()))
                .forEach(kept -> {
                    kept.session().asked = kept.asked();
                    add(kept.session());
                    long since = now - kept.lost().orElse(Duration.ZERO).toNanos();
                    table.waits(kept.session(), kept.subscription(), since, shows(kept.session(), since));
                    endThoseTooMany();
                });
    }

    private void add(SessionEntry session) {
        table.add(session);
        announcer.known(session);
    }

    private void attach(SessionEntry session, Link link) {
        table.attach(session, link);
        settings.get().limit(LinkMemory.of(link.attributes()));
    }

    // ---- a session begins or goes on

    void open(Link link, Opening opening) throws RequestException {
        Journal journal = around.journal().get();
        Speaker speaker = around.speaker(link);
        if (journal == null || speaker == null) {
            throw Sessions.unavailable("the server is not ready for a session; say hello again in a moment");
        }
        if (opening.resume().filter(resume -> isAhead(resume, journal)).isPresent()) {
            closings.close(
                    link,
                    CloseCode.UNAVAILABLE.code(),
                    "this host does not know yet what the display knows",
                    Optional.of(KNOWS_SOON));
            return;
        }
        synchronized (table.lock) {
            Optional<SessionEntry> before = opening.resume()
                    .flatMap(resume -> Tokens.find(table, resume, link).or(() -> comesOver(resume, link, journal)));
            if (before.isPresent()
                    && !before.get().asked
                    && Tokens.continues(before.get(), opening.resume().get(), journal)) {
                resume(before.get(), link, speaker, opening, journal);
            } else {
                before.ifPresent(session -> replace(session, "the session was replaced by another connection"));
                begin(link, speaker, opening, journal);
            }
        }
        link.signal();
    }

    /** Whether another host was further, and this one will be there in a moment. */
    private boolean isAhead(Opening.Resume resume, Journal journal) {
        return around.cluster().get() != null
                && resume.epoch().equals(journal.epoch())
                && resume.seq() > journal.head();
    }

    /** A session of another host comes here with its display, and waits for it from now on. */
    private Optional<SessionEntry> comesOver(Opening.Resume resume, Link link, Journal journal) {
        Optional<SessionFile.Kept> found = shared.find(Tokens.digest(resume.token()))
                .filter(kept -> Tokens.isKeyOf(kept.session(), link)
                        && table.get(kept.session().id).isEmpty());
        found.ifPresent(kept -> {
            SessionEntry session = kept.session();
            table.ofDisplay(session.display).ifPresent(there -> replace(there, takenOver(session.display)));
            session.asked = kept.asked();
            add(session);
            boolean lost = journal.display(session.id)
                    .map(entry -> ((Change.PresenceChanged) entry.change()).presence())
                    .filter(presence -> !presence.connected())
                    .isPresent();
            table.waits(session, kept.subscription(), nanos.getAsLong(), lost);
            announcer.claim(session);
            announcer.tell(session, ConnectionListener::opened);
        });
        return found.map(SessionFile.Kept::session);
    }

    /** Another host has gone on with a session: it is over here, and nobody is told that its display has left. */
    void moved(SessionEntry session) {
        Optional<Link> link = Optional.ofNullable(session.link);
        if (!table.remove(session)) {
            return;
        }
        shared.moved(session);
        announcer.forget(session);
        announcer.tell(session, (listener, last) -> listener.closed(last, MOVED));
        link.or(() -> around.transport().link(session.lastLink)).ifPresent(last -> table.release(session, last));
        link.ifPresent(last -> closings.close(last, CloseCode.TAKEN.code(), MOVED, Optional.empty()));
    }

    private void resume(SessionEntry session, Link link, Speaker speaker, Opening opening, Journal journal) {
        Map<?, ?> subscription = session.storedSubscription();
        if (session.link != null) {
            Link old = session.link;
            table.detach(session);
            closings.close(
                    old, CloseCode.TAKEN.code(), "the session was resumed on another connection", Optional.empty());
        }
        session.keepOpen = opening.keepOpen();
        opening.settings().ifPresent(said -> session.own = said);
        attach(session, link);
        long seq = welcome(session, opening.resume().get().token(), link, speaker, true, journal);
        if (subscription != null) {
            LinkMemory.of(link.attributes()).resume(subscription, seq);
        }
        displays.remember(session);
        start(session, link, journal, opening.resume().get().seq());
        announcer.announce(session);
        announcer.tell(session, ConnectionListener::changed);
    }

    private void begin(Link link, Speaker speaker, Opening opening, Journal journal) throws RequestException {
        LinkMemory memory = LinkMemory.of(link.attributes());
        String key = memory.key();
        String user = opening.user().orElse(key);
        String display = opening.display().orElseGet(this::freeName);
        SessionEntry there = table.ofDisplay(display).orElse(null);
        if (there != null) {
            if (!there.key.equals(key) || !there.user.equals(user)) {
                throw new RequestException(
                        ErrorCode.TAKEN.word(),
                        "display",
                        "display \"" + display + "\" is in use by another user",
                        CloseCode.TAKEN.code());
            }
            replace(there, takenOver(display));
        }
        DisplaySettings own = opening.settings().orElseGet(() -> displays.remembered(key, user, display));
        String token = tokens.token();
        SessionEntry session = new SessionEntry(
                "s-" + tokens.name(),
                Tokens.digest(token),
                display,
                user,
                key,
                memory.keyFingerprint().orElse(""),
                Role.VIEW,
                micros.getAsLong(),
                opening.keepOpen(),
                own);
        add(session);
        attach(session, link);
        long seq = welcome(session, token, link, speaker, false, journal);
        if (opening.display().isPresent()) {
            displays.remember(session);
        }
        start(session, link, journal, seq);
        announcer.announce(session);
        announcer.tell(session, ConnectionListener::opened);
    }

    private static String takenOver(String display) {
        return "the display \"" + display + "\" was taken over by another connection";
    }

    private String freeName() {
        String name;
        do {
            name = KnownDisplays.given(tokens.name());
        } while (table.ofDisplay(name).isPresent());
        return name;
    }

    /** Ends a session in favour of another; a socket that is still open there is closed. */
    private void replace(SessionEntry session, String reason) {
        Link old = session.link;
        end(session, reason);
        if (old != null) {
            closings.close(old, CloseCode.TAKEN.code(), reason, Optional.empty());
        }
    }

    /** @return the {@code seq} it named */
    private long welcome(
            SessionEntry session, String token, Link link, Speaker speaker, boolean resumed, Journal journal) {
        Settings now = settings.get();
        long seq = journal.head();
        CameraBridge cameras = around.cameras().get();
        SceneService scene = around.scene().get();
        DisplaySettings inForce = displays.inForce(session);
        ServerMessage.Welcome welcome = new ServerMessage.Welcome(
                session.id,
                session.display,
                token,
                resumed,
                journal.epoch(),
                seq,
                micros.getAsLong(),
                session.role,
                new ServerMessage.Beat(now.heartbeatInterval(), now.heartbeatTimeout()),
                new ServerMessage.Limits(
                        around.transport().messageBytes(),
                        now.requests(session.role),
                        now.resumeWindow(),
                        cameras == null ? 0 : cameras.maxCameras(),
                        scene == null ? 0 : scene.maxModels()),
                server,
                inForce.equals(DisplaySettings.EMPTY) ? Optional.empty() : Optional.of(inForce),
                wallOf(session.display, journal),
                shared.addresses());
        speaker.greet(link.id(), welcome).ifPresent(bytes -> link.reply(bytes, speaker.text()));
        return seq;
    }

    /** The wall that a display is a member of; while nobody keeps the walls, as the journal knows them. */
    private Optional<String> wallOf(String display, Journal journal) {
        Walls walls = around.walls().get();
        return walls != null
                ? walls.wallOf(display)
                : journal.walls().values().stream()
                        .map(entry -> ((Change.WallChanged) entry.change()).state())
                        .filter(wall -> wall.member(display).isPresent())
                        .map(Wall::name)
                        .findFirst();
    }

    /** From here on the broadcaster may send. */
    private void start(SessionEntry session, Link link, Journal journal, long cursor) {
        link.begin(cursor, 0, 0);
        LinkMemory.of(link.attributes())
                .begin(session.id, session.display, session.toMap(), journal.epoch(), nanos.getAsLong());
    }

    /** A display says something else of itself. */
    void changeSettings(Link link, DisplaySettings changed) {
        table.of(link).ifPresent(session -> {
            session.own = changed;
            LinkMemory.of(link.attributes()).sessionState(session.toMap());
            displays.remember(session);
            announcer.settingsChanged(session, nanos.getAsLong());
        });
    }

    // ---- a session loses its link

    /** A link is gone: its session waits, or ends. */
    void lost(Link link, int code, String reason) {
        seen(link);
        door.remove(link);
        closings.gone(link, code, reason);
        String why = Closings.why(link, code);
        synchronized (table.lock) {
            table.of(link).ifPresent(session -> part(session, link, code, why));
            // it was closed from here, and the client crossed that with a close for good
            if (CloseCode.isFinal(code)) {
                table.waitingFrom(link).ifPresent(session -> end(session, why));
            }
        }
    }

    /**
     * Says goodbye and closes. Its session ends, if nobody comes back after such a code, or waits from now on: a peer
     * that is dead keeps its socket some seconds more.
     */
    void close(Link link, int code, String reason, Optional<Duration> reconnectAfter) {
        synchronized (table.lock) {
            table.of(link).ifPresent(session -> part(session, link, code, reason));
        }
        closings.close(link, code, reason, reconnectAfter);
    }

    /**
     * Closes the link of a session; without one, the session ends if nobody comes back after such a code.
     *
     * @return whether there is such a session
     */
    boolean close(String id, int code, String reason, Optional<Duration> reconnectAfter) {
        Link link;
        synchronized (table.lock) {
            SessionEntry session = table.get(id).orElse(null);
            if (session == null) {
                return false;
            }
            link = session.link;
            if (link == null && CloseCode.isFinal(code)) {
                end(session, reason);
            }
        }
        if (link != null) {
            close(link, code, reason, reconnectAfter);
        }
        return true;
    }

    /** A client says that it does not come back. */
    void leave(Link link) {
        synchronized (table.lock) {
            table.of(link).ifPresent(session -> end(session, "bye"));
        }
        link.close(CloseCode.NORMAL.code(), "bye");
    }

    /** A session and its link part: it waits for its display, or ends. */
    private void part(SessionEntry session, Link link, int code, String why) {
        if (LinkMemory.of(link.attributes()).isSessionEnded()
                || !session.keepOpen
                || CloseCode.isFinal(code)
                || settings.get().resumeWindow() == 0) {
            end(session, why);
            return;
        }
        long now = nanos.getAsLong();
        table.part(session, link, now, shows(session, now));
        endThoseTooMany();
        announcer.tell(session, ConnectionListener::changed);
    }

    private boolean shows(SessionEntry session, long lostAt) {
        return session.keepOpen && nanos.getAsLong() - lostAt >= LOSS_SHOWS;
    }

    private void endThoseTooMany() {
        Settings current = settings.get();
        for (Optional<SessionEntry> next;
                (next = table.tooMany(current.admission().connections(), current.waitingBytes())).isPresent(); ) {
            end(next.get(), "too many sessions wait for their display");
        }
    }

    // ---- a session waits and ends

    /** From some time after a loss the others know of it. */
    void showLosses(long now) {
        for (Optional<SessionEntry> next; (next = table.nextLoss(now - LOSS_SHOWS)).isPresent(); ) {
            SessionEntry session = next.get();
            if (session.keepOpen) {
                announcer.announce(session);
            } else {
                // it was handed over with a socket that has not turned up
                end(session, Announcer.CONNECTION_LOST);
            }
        }
    }

    void endOverdue(Predicate<SessionEntry> overdue, long windowMillis) {
        table.oldest(overdue).forEach(session -> end(session, "not resumed within " + windowMillis + " ms"));
    }

    void end(SessionEntry session, String reason) {
        if (!table.remove(session)) {
            return;
        }
        displays.remember(session);
        shared.over(session);
        announcer.forget(session);
        announcer.tell(session, (listener, last) -> listener.closed(last, reason));
        // also one that is still closing: it must not bring the session back
        Optional.ofNullable(session.link)
                .or(() -> around.transport().link(session.lastLink))
                .ifPresent(link -> table.release(session, link));
        CameraBridge cameras = around.cameras().get();
        if (cameras != null) {
            cameras.releaseAll(new Driver(session.display, Optional.of(session.id), 0));
        }
        announcer.left(session, reason);
        LOG.debug("session {} of display {} ended: {}", session.id, session.display, reason);
    }
}
