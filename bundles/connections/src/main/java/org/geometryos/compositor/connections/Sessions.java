package org.geometryos.compositor.connections;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.LinkAttributes;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table of sessions. What it must not lose when it is replaced stands with the sockets, in the journal (what the others know
 * of a display) and in a {@link SessionFile}; a new table takes it from there. One lock guards the table; sending below it only
 * queues, and the journal is appended to below it, so that what is announced is in the order in which it happened.
 */
final class Sessions implements ConnectionManager {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    /** After these a client does not come back, so nothing is kept for it. */
    private static final Set<Integer> FINAL_CODES = Set.of(1000, 1003, 1007, 1009, 4400, 4401, 4403, 4409);
    /** With these the transport closes by itself. */
    private static final Set<Integer> OUR_CODES = Set.of(1002, 1003, 1007, 1009, 1011);
    /** A client that closes in an ordinary way: for good, as a page that goes, without a code. */
    private static final Set<Integer> ORDINARY = Set.of(1000, 1001, 1005);
    /** A loss of the socket that is shorter does not show. */
    private static final long LOSS_SHOWS = TimeUnit.SECONDS.toNanos(2);
    /** In place of its state, for a session that is over. */
    private static final String ENDED = "ended";
    private static final Pattern GIVEN = Pattern.compile("display-[0-9a-f]{12}");
    /** How long a peer that is silent has to take our goodbye. */
    private static final long LAST_WORDS = TimeUnit.SECONDS.toNanos(2);
    /** The clock comes several times a second: after a pause of this length the host itself stood still, and nobody's silence says anything. */
    private static final long STOOD_STILL = TimeUnit.SECONDS.toNanos(1);
    private static final int MAX_NOTICE = 65_536;
    /** Characters of a client's reason in the log; a close frame holds 123 bytes. */
    private static final int MAX_REASON = 123;
    /** A session asks for cameras at most once in this time, and is asked at most so many times in it. */
    private static final long ASK_PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final int ASKED_PER_SECOND = 10;
    /** The others are told of a display's settings at most so often. */
    private static final long SETTINGS_PAUSE = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int TOO_MUCH_ASKED = 4429;
    private static final Duration AFTER_TOO_MUCH = Duration.ofSeconds(10);

    /** What comes and goes around the table; each supplier may give null for the moment. */
    record Neighbours(Transport transport, Supplier<Journal> journal, Supplier<CameraBridge> cameras, Supplier<SceneService> scene, Function<String, Codec> codecs,
            Events events, DisplayStore store) {}

    /** Those who want to know. */
    interface Events {
        /** Whether there is anybody. */
        boolean heard();

        /** Tells them, without waiting. */
        void tell(Consumer<ConnectionListener> event);
    }

    /** A link of a peer that is silent, and how long it has for goodbye. */
    private record Dying(Link link, long until) {}

    /** @param links still to be moved */
    private record Drain(long begun, long over, int total, ArrayDeque<Link> links, Duration reconnectAfter, Optional<String> except) {}

    private final Neighbours around;
    private final String version;
    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final Door door = new Door();
    private final Tally refused = new Tally(LOG, "refused");
    private final Tally closed = new Tally(LOG, "closed");
    private final Tally closedByClients = new Tally(LOG, "closed by its client");
    private final Object lock = new Object();
    // guarded by lock
    private final Map<String, SessionEntry> byId = new HashMap<>();
    private final Map<String, SessionEntry> byDisplay = new HashMap<>();
    private final Map<String, SessionEntry> byToken = new HashMap<>();
    /** Those without a socket. */
    private final Waiting waiting = new Waiting();
    private long subscriptionBytes;
    /** Sessions whose settings changed a moment after the others were told of them. */
    private final Set<SessionEntry> toTell = new LinkedHashSet<>();
    /** Of these, those whose loss does not show yet, in the same order. */
    private final Set<SessionEntry> justLost = new LinkedHashSet<>();
    /** Sessions that the journal knows and this table does not, and when that was found. */
    private final Map<String, Long> strangers = new HashMap<>();
    private Map<String, DisplaySettings> declared = Map.of();
    // written with the lock
    private volatile Drain drain;
    private volatile Settings settings;
    // the clock's thread only
    private Iterator<Link> round = Collections.emptyIterator();
    private long lookedAt;
    private boolean looked;
    private long tickedAt;
    private long awakeFrom;
    private String announcedIn;
    private final ArrayDeque<Dying> dying = new ArrayDeque<>();

    /** @param nanos the clock, {@link System#nanoTime()} */
    Sessions(Neighbours around, Settings settings, String version, LongSupplier nanos) {
        this.nanos = nanos;
        this.tickedAt = nanos.getAsLong();
        this.awakeFrom = tickedAt - TimeUnit.DAYS.toNanos(1);
        this.around = around;
        this.settings = settings;
        this.version = version;
    }

    void settings(Settings changed) {
        settings = changed;
        around.store.most(changed.rememberedDisplays());
        around.transport.links().forEach(this::limits);
    }

    private void limits(Link link) {
        if (link.attributes().get(LinkAttributes.ROLE) instanceof String role) {
            link.attributes().put(LinkAttributes.HEARTBEAT_INTERVAL, settings.heartbeatInterval());
            link.attributes().put(LinkAttributes.REQUESTS_PER_SECOND, settings.requests(Role.of(role)));
        }
    }

    // ---- the table and the one before it

    /** A link is there: new, or one whose session another table opened. */
    void seen(Link link) {
        limits(link);
        door.add(link);
        synchronized (lock) {
            if (!(link.attributes().get(LinkAttributes.SESSION_STATE) instanceof Map<?, ?> state)) {
                return;
            }
            SessionEntry known = byId.get((String) state.get("id"));
            if (known == null) {
                known = SessionEntry.fromMap(state);
                add(known);
            } else if (!link.open() || known.link != null && known.link.id() >= link.id()) {
                return;
            }
            attach(known, link);
            announce(known);
        }
    }

    private void add(SessionEntry session) {
        byId.put(session.id, session);
        byDisplay.put(session.display, session);
        byToken.put(session.tokenDigest, session);
        strangers.remove(session.id);
    }

    /** What the session's subscription takes; guarded by lock. */
    private void counts(SessionEntry session, long bytes) {
        subscriptionBytes += bytes - session.subscriptionBytes;
        session.subscriptionBytes = bytes;
    }

    @Override
    public void reserve(long linkId, long bytes) {
        List<SessionEntry> most = new ArrayList<>();
        List<Link> links = new ArrayList<>();
        synchronized (lock) {
            around.transport.link(linkId).flatMap(this::of).ifPresent(session -> counts(session, bytes));
            long budget = settings.subscriptionBytes();
            if (subscriptionBytes > budget) {
                most.addAll(byId.values());
                most.sort(Comparator.comparingLong((SessionEntry session) -> session.subscriptionBytes).reversed());
                for (SessionEntry session : most) {
                    if (subscriptionBytes <= budget / 8 * 7) {
                        break;
                    }
                    if (session.link != null) {
                        links.add(session.link);
                    }
                    end(session, "all subscriptions together name too many cameras");
                }
            }
        }
        for (Link link : links) {
            link.attributes().remove(LinkAttributes.SUBSCRIPTION);
            link.attributes().remove(LinkAttributes.PENDING);
            goodbyeAndClose(link, TOO_MUCH_ASKED, "all subscriptions together name too many cameras, and this one is among those with the most", Optional.of(AFTER_TOO_MUCH));
            // for who serves it to let it go
            link.signal();
        }
    }

    /** Takes up what another table left; links that are there are {@link #seen} afterwards. */
    void restore(SessionFile.Content content) {
        long now = nanos.getAsLong();
        synchronized (lock) {
            content.sessions().stream().sorted(Comparator.comparing(kept -> kept.lost().orElse(Duration.ZERO), Comparator.reverseOrder()))
                    .forEach(kept -> {
                        SessionEntry session = kept.session();
                        add(session);
                        session.subscription = kept.subscription();
                        counts(session, Subscription.bytes(kept.subscription()));
                        waits(session, now - kept.lost().orElse(Duration.ZERO).toNanos());
                    });
            content.draining().ifPresent(left -> drain(left.left(), left.reconnectAfter(), left.except()));
        }
    }

    /** What the next table needs to know. */
    SessionFile.Content content() {
        long now = nanos.getAsLong();
        synchronized (lock) {
            List<SessionFile.Kept> kept = new ArrayList<>();
            for (SessionEntry session : byId.values()) {
                boolean here = session.link != null;
                Object subscription = here ? session.link.attributes().get(LinkAttributes.SUBSCRIPTION) : session.subscription;
                kept.add(new SessionFile.Kept(SessionEntry.fromMap(session.toMap()), here ? Optional.empty() : Optional.of(Duration.ofNanos(now - session.lostAt)),
                        (Map<?, ?>) subscription));
            }
            return new SessionFile.Content(kept, Optional.ofNullable(drain).map(d -> new SessionFile.Draining(
                    Duration.ofNanos(Math.max(0, d.over - (now - d.begun))), d.reconnectAfter, d.except)));
        }
    }

    // ---- who is let in

    @Override
    public Optional<Refusal> admit(String address, Optional<String> key, Role role, boolean operator, boolean attempt) {
        Drain draining = drain;
        if (draining != null && !operator && (key.isEmpty() || role != Role.ADMIN)) {
            return Optional.of(new Refusal("draining: no connections are taken, and displays are moved away", draining.reconnectAfter));
        }
        return door.refusal(address, key.orElse("local"), operator, attempt, settings.admission(), nanos.getAsLong());
    }

    @Override
    public void refused(String address, int status, String reason) {
        refused.count(status);
        refused.say(status, "handshake from " + address, reason, nanos.getAsLong());
    }

    // ---- sessions begin and go on

    @Override
    public void open(long linkId, Opening opening) throws RequestException {
        Link link = around.transport.link(linkId).orElseThrow(() -> unavailable("the connection is gone"));
        Journal journal = around.journal.get();
        Codec codec = codec(link);
        if (journal == null || codec == null) {
            throw unavailable("the server is not ready for a session; say hello again in a moment");
        }
        synchronized (lock) {
            Optional<SessionEntry> before = opening.resume().flatMap(resume -> resumable(resume, link));
            if (before.isPresent() && continues(before.get(), opening.resume().get(), journal)) {
                resume(before.get(), link, codec, opening, journal);
            } else {
                before.ifPresent(session -> replace(session, "the session was replaced by another connection"));
                begin(link, codec, opening, journal);
            }
        }
        link.signal();
    }

    private static RequestException unavailable(String message) {
        return new RequestException("unavailable", null, message, 0);
    }

    private Optional<SessionEntry> resumable(Opening.Resume resume, Link link) {
        return Optional.ofNullable(byToken.get(digest(resume.token())))
                .filter(session -> session.key.equals(link.attributes().get(LinkAttributes.KEY)) && session.keyPrint.equals(keyPrint(link)));
    }

    private static String keyPrint(Link link) {
        return String.valueOf(link.attributes().getOrDefault(LinkAttributes.KEY_PRINT, ""));
    }

    private boolean continues(SessionEntry session, Opening.Resume resume, Journal journal) {
        if (!resume.epoch().equals(journal.epoch()) || resume.seq() > journal.head()) {
            return false;
        }
        Subscription wanted = Subscription.fromMap(session.link == null ? session.subscription
                : session.link.attributes().get(LinkAttributes.SUBSCRIPTION));
        if (!wanted.every()) {
            return journal.holds(resume.seq(), Set.of());
        }
        return wanted.all() ? journal.holdsAll(resume.seq()) : journal.holds(resume.seq(), wanted.cameras());
    }

    private void resume(SessionEntry session, Link link, Codec codec, Opening opening, Journal journal) {
        Object subscription = session.subscription;
        if (session.link != null) {
            subscription = session.link.attributes().get(LinkAttributes.SUBSCRIPTION);
            Link old = session.link;
            detach(session);
            goodbyeAndClose(old, 4409, "the session was resumed on another connection", Optional.empty());
        }
        session.keepOpen = opening.keepOpen();
        opening.settings().ifPresent(said -> session.own = said);
        attach(session, link);
        long seq = welcome(session, opening.resume().get().token(), link, codec, true, journal);
        if (subscription != null) {
            link.attributes().put(LinkAttributes.SUBSCRIPTION, subscription);
            link.attributes().put(LinkAttributes.RESUMED, seq);
        }
        remember(session);
        start(session, link, journal, opening.resume().get().seq());
        announce(session);
        tell(session, ConnectionListener::changed);
    }

    private void begin(Link link, Codec codec, Opening opening, Journal journal) throws RequestException {
        String key = (String) link.attributes().get(LinkAttributes.KEY);
        String user = opening.user().orElse(key);
        String display = opening.display().orElseGet(this::freeName);
        SessionEntry there = byDisplay.get(display);
        if (there != null) {
            if (!there.key.equals(key) || !there.user.equals(user)) {
                throw new RequestException("taken", "display", "display \"" + display + "\" is in use by another user", 4409);
            }
            replace(there, "the display \"" + display + "\" was taken over by another connection");
        }
        DisplaySettings own = opening.settings().or(() -> around.store.settings(key, user, display)).orElse(DisplaySettings.EMPTY);
        String token = token();
        SessionEntry session = new SessionEntry("s-" + hex(6), digest(token), display, user, key, keyPrint(link), Role.VIEW, micros(), opening.keepOpen(), own);
        add(session);
        attach(session, link);
        long seq = welcome(session, token, link, codec, false, journal);
        if (opening.display().isPresent()) {
            remember(session);
        }
        start(session, link, journal, seq);
        announce(session);
        tell(session, ConnectionListener::opened);
    }

    private void remember(SessionEntry session) {
        if (!isGiven(session.display)) {
            around.store.remember(session.key, session.user, session.display, session.own, Instant.now());
        }
    }

    /** Ends a session in favour of another; a socket that is still open there is closed. */
    private void replace(SessionEntry session, String reason) {
        Link old = session.link;
        end(session, reason);
        if (old != null) {
            goodbyeAndClose(old, 4409, reason, Optional.empty());
        }
    }

    private void attach(SessionEntry session, Link link) {
        session.link = link;
        if (link.attributes().get(LinkAttributes.SUBSCRIPTION) instanceof Map<?, ?> subscription) {
            counts(session, Subscription.bytes(subscription));
        }
        session.subscription = null;
        session.lossShown = false;
        waiting.remove(session);
        justLost.remove(session);
        session.role = Role.of((String) link.attributes().get(LinkAttributes.ROLE));
        limits(link);
    }

    /** @return the {@code seq} it named */
    private long welcome(SessionEntry session, String token, Link link, Codec codec, boolean resumed, Journal journal) {
        Settings now = settings;
        long seq = journal.head();
        CameraBridge cameras = around.cameras.get();
        SceneService scene = around.scene.get();
        DisplaySettings inForce = inForce(session);
        link.reply(codec.encode(new ServerMessage.Welcome(session.id, session.display, token, resumed, journal.epoch(), seq,
                micros(), session.role, new ServerMessage.Beat(now.heartbeatInterval(), now.heartbeatTimeout()),
                new ServerMessage.Limits(around.transport.messageBytes(), now.requests(session.role), now.resumeWindow(),
                        cameras == null ? 0 : cameras.maxCameras(), scene == null ? 0 : scene.maxModels()),
                new ServerMessage.Server("compositor-bridge", version),
                inForce.equals(DisplaySettings.EMPTY) ? Optional.empty() : Optional.of(inForce))), codec.text());
        return seq;
    }

    /** From here on the broadcaster may send: the session's name is what it looks for, so it comes last. */
    private void start(SessionEntry session, Link link, Journal journal, long cursor) {
        link.begin(cursor, 0, 0);
        Map<String, Object> attributes = link.attributes();
        attributes.put(LinkAttributes.EPOCH, journal.epoch());
        attributes.put(LinkAttributes.SESSION_STATE, Map.copyOf(session.toMap()));
        attributes.put(LinkAttributes.DISPLAY, session.display);
        attributes.put(LinkAttributes.HEARTBEAT_AT, nanos.getAsLong());
        attributes.put(LinkAttributes.SESSION, session.id);
    }

    private String freeName() {
        String name;
        do {
            name = "display-" + hex(6);
        } while (byDisplay.containsKey(name));
        return name;
    }

    /** Whether a name is one that the server gave; nobody comes back under it. */
    private static boolean isGiven(String display) {
        return GIVEN.matcher(display).matches();
    }

    // ---- settings

    @Override
    public void settings(long linkId, DisplaySettings changed) {
        around.transport.link(linkId).ifPresent(link -> {
            synchronized (lock) {
                of(link).ifPresent(session -> {
                    session.own = changed;
                    link.attributes().put(LinkAttributes.SESSION_STATE, Map.copyOf(session.toMap()));
                    remember(session);
                    toTell.add(session);
                    tellSettings(session, nanos.getAsLong());
                });
            }
        });
    }

    /** Tells the others, unless they were told a moment ago. @return whether they have been told */
    private boolean tellSettings(SessionEntry session, long now) {
        if (session.settingsWereTold && now - session.settingsTold < SETTINGS_PAUSE) {
            return false;
        }
        session.settingsWereTold = true;
        session.settingsTold = now;
        toTell.remove(session);
        announce(session);
        tell(session, ConnectionListener::changed);
        return true;
    }

    /** Other displays are declared, or others of their settings. */
    void declared(Map<String, DisplaySettings> next) {
        synchronized (lock) {
            Map<String, DisplaySettings> before = declared;
            declared = Map.copyOf(next);
            for (SessionEntry session : byId.values()) {
                if (!before.getOrDefault(session.display, DisplaySettings.EMPTY).equals(declared.getOrDefault(session.display, DisplaySettings.EMPTY))) {
                    announce(session);
                    tell(session, ConnectionListener::changed);
                }
            }
        }
    }

    private DisplaySettings inForce(SessionEntry session) {
        return inForce(session.display, session.own);
    }

    private DisplaySettings inForce(String display, DisplaySettings own) {
        return declared.getOrDefault(display, DisplaySettings.EMPTY).or(own);
    }

    // ---- sessions lose their sockets and end

    @Override
    public void leave(long linkId) {
        around.transport.link(linkId).ifPresent(link -> {
            synchronized (lock) {
                of(link).ifPresent(session -> end(session, "bye"));
            }
            link.close(1000, "bye");
        });
    }

    /** The session that a link has; none if it was ended, or went on to another link. */
    private Optional<SessionEntry> of(Link link) {
        return Optional.ofNullable(byId.get(String.valueOf(link.attributes().get(LinkAttributes.SESSION)))).filter(session -> session.link == link);
    }

    /** A session leaves its link, which no table takes up again. */
    private static void detach(SessionEntry session) {
        if (session.link != null) {
            session.link.attributes().remove(LinkAttributes.SESSION_STATE);
            session.link = null;
        }
    }

    /** Whether a table ended the session that a link had. */
    private static boolean ended(Link link) {
        return ENDED.equals(link.attributes().get(LinkAttributes.SESSION_STATE));
    }

    /** A link is gone: its session waits, or ends. */
    void lost(Link link, int code, String reason) {
        seen(link);
        door.remove(link);
        closed.count(code);
        boolean byClient = link.closedByPeer();
        if (byClient) {
            closedByClients.count(code);
            if (OUR_CODES.contains(code)) {
                closedByClients.say(code, name(link), shown(reason), nanos.getAsLong());
            } else if (!ORDINARY.contains(code)) {
                LOG.debug("{} closed by its client with {}: {}", name(link), code, shown(reason));
            }
        } else if (OUR_CODES.contains(code)) {
            closed.say(code, name(link), shown(reason), nanos.getAsLong());
        }
        synchronized (lock) {
            String why = why(code, byClient);
            of(link).ifPresent(session -> part(session, link, code, why));
            // it was closed from here, and the client crossed that with a close for good
            if (FINAL_CODES.contains(code)) {
                Optional.ofNullable(waiting.get(String.valueOf(link.attributes().get(LinkAttributes.SESSION))))
                        .filter(session -> session.lastLink == link.id()).ifPresent(session -> end(session, why));
            }
        }
    }

    /** What the others and listeners are told of it, with nothing that the client wrote. */
    private static String why(int code, boolean byClient) {
        return switch (code) {
            case 1000 -> "bye";
            case 1005 -> byClient ? "closed by its client without a code" : "closed without a code";
            case 1006 -> "the connection was lost";
            default -> (byClient ? "closed by its client with " : "closed with ") + code;
        };
    }

    /** A text from outside, fit for a line of a log. */
    private static String shown(String reason) {
        return reason.codePoints().limit(MAX_REASON).map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                || Character.getType(c) == Character.LINE_SEPARATOR || Character.getType(c) == Character.PARAGRAPH_SEPARATOR ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    /** A session and its link part: it waits for its display, or ends. */
    private void part(SessionEntry session, Link link, int code, String why) {
        if (ended(link) || !session.keepOpen || FINAL_CODES.contains(code) || settings.resumeWindow() == 0) {
            end(session, why);
            return;
        }
        session.subscription = (Map<?, ?>) link.attributes().get(LinkAttributes.SUBSCRIPTION);
        session.lastLink = link.id();
        session.source = session.key + " " + link.handshake().remoteAddress();
        // the link's own record stays for a table beside this one
        session.link = null;
        waits(session, nanos.getAsLong());
        tell(session, ConnectionListener::changed);
    }

    private void waits(SessionEntry session, long since) {
        session.lostAt = since;
        session.lossShown = session.keepOpen && nanos.getAsLong() - since >= LOSS_SHOWS;
        waiting.add(session);
        if (!session.lossShown) {
            justLost.add(session);
        }
        while (waiting.size() > settings.admission().connections() || waiting.bytes() > settings.waitingBytes() && waiting.size() > 1) {
            end(waiting.first(), "too many sessions wait for their display");
        }
    }

    private void end(SessionEntry session, String reason) {
        if (session.ended) {
            return;
        }
        session.ended = true;
        remember(session);
        byId.remove(session.id, session);
        byDisplay.remove(session.display, session);
        byToken.remove(session.tokenDigest, session);
        waiting.remove(session);
        counts(session, 0);
        toTell.remove(session);
        justLost.remove(session);
        if (around.events.heard()) {
            Session last = seenFromOutside(session);
            around.events.tell(listener -> listener.closed(last, reason));
        }
        if (session.link != null) {
            session.link.attributes().put(LinkAttributes.SESSION_STATE, ENDED);
            session.link = null;
        }
        CameraBridge cameras = around.cameras.get();
        if (cameras != null) {
            cameras.releaseAll(new Driver(session.display, Optional.of(session.id), 0));
        }
        append(presence(session, Presence.Action.LEFT, Optional.of(reason)));
        LOG.debug("session {} of display {} ended: {}", session.id, session.display, reason);
    }

    // ---- what the others learn

    /** Announces a session as it stands, if the others do not know it so. */
    private void announce(SessionEntry session) {
        Journal journal = around.journal.get();
        if (journal != null) {
            append(presence(session, journal.display(session.id).isEmpty() ? Presence.Action.JOINED : Presence.Action.CHANGED, Optional.empty()));
        }
    }

    private Presence presence(SessionEntry session, Presence.Action action, Optional<String> reason) {
        return new Presence(action, session.display, session.id, session.user,
                action != Presence.Action.LEFT && (session.link != null || !session.lossShown), inForce(session), reason);
    }

    /** Appends it, unless that says nothing new: another table beside this one may have said it. */
    private void append(Presence presence) {
        Journal journal = around.journal.get();
        if (journal != null) {
            journal.appendIf(now -> now.display(presence.session()).map(entry -> isNews(presence, ((Change.PresenceChanged) entry.change()).presence()))
                    .orElse(presence.action() == Presence.Action.JOINED), new Change.PresenceChanged(presence));
        }
    }

    private static boolean isNews(Presence presence, Presence known) {
        return switch (presence.action()) {
            case JOINED -> false;
            case CHANGED -> presence.connected() != known.connected() || !presence.settings().equals(known.settings());
            case LEFT -> true;
        };
    }

    /** Brings a journal that this table does not know yet up to date. */
    private void announceAll(Journal journal, long now) {
        synchronized (lock) {
            byId.values().forEach(this::announce);
            Set<String> unknown = new HashSet<>(journal.snapshot().displays().keySet());
            unknown.removeAll(byId.keySet());
            unknown.forEach(id -> strangers.put(id, now));
        }
    }

    /** Sessions that nobody has taken up are gone. */
    private void dismissStrangers(Journal journal, long now, long window) {
        for (Iterator<Map.Entry<String, Long>> each = strangers.entrySet().iterator(); each.hasNext();) {
            Map.Entry<String, Long> stranger = each.next();
            if (now - stranger.getValue() > window) {
                each.remove();
                journal.display(stranger.getKey()).map(entry -> ((Change.PresenceChanged) entry.change()).presence())
                        .ifPresent(last -> append(new Presence(Presence.Action.LEFT, last.display(), last.session(), last.user(), false,
                                last.settings(), Optional.of("the connection was lost"))));
            }
        }
    }

    private void tell(SessionEntry session, BiConsumer<ConnectionListener, Session> what) {
        if (around.events.heard()) {
            Session now = seenFromOutside(session);
            around.events.tell(listener -> what.accept(listener, now));
        }
    }

    // ---- the clock

    /** Called several times a second, by one thread. */
    void tick() {
        long now = nanos.getAsLong();
        if (now - tickedAt > STOOD_STILL) {
            awakeFrom = now;
        }
        tickedAt = now;
        Settings current = settings;
        Journal journal = around.journal.get();
        if (journal == null) {
            announcedIn = null;
        } else if (!journal.epoch().equals(announcedIn)) {
            announceAll(journal, now);
            announcedIn = journal.epoch();
        }
        lookAtLinks(now, current);
        while (!dying.isEmpty() && now - dying.peek().until >= 0) {
            dying.poll().link.abort();
        }
        synchronized (lock) {
            if (drain != null) {
                moveAway(drain, now);
            }
            long window = TimeUnit.MILLISECONDS.toNanos(current.resumeWindow());
            for (SessionEntry first; !justLost.isEmpty() && now - (first = justLost.iterator().next()).lostAt >= LOSS_SHOWS;) {
                justLost.remove(first);
                if (!first.keepOpen) {
                    // it was handed over with a socket that has not turned up
                    end(first, "the connection was lost");
                } else {
                    first.lossShown = true;
                    announce(first);
                }
            }
            for (SessionEntry session : List.copyOf(toTell)) {
                tellSettings(session, now);
            }
            for (SessionEntry session : waiting.oldest(lost -> now - watchedFrom(lost.lostAt) > window)) {
                end(session, "not resumed within " + current.resumeWindow() + " ms");
            }
            if (journal != null) {
                dismissStrangers(journal, now, window);
            }
        }
    }

    /** Looks at as many links as are due, so that each has its turn every so often and none costs more than that. */
    private void lookAtLinks(long now, Settings current) {
        long period = TimeUnit.MILLISECONDS.toNanos(current.lookEvery());
        int all = door.size();
        int due = !looked || now - lookedAt >= period ? all : (int) Math.ceil((double) all * (now - lookedAt) / period);
        looked = true;
        lookedAt = now;
        for (int i = 0; i < due; i++) {
            if (!round.hasNext()) {
                round = door.iterator();
                if (!round.hasNext()) {
                    return;
                }
            }
            look(round.next(), now, current);
        }
    }

    /** When a silence began that this table was there to hear. */
    private long watchedFrom(long silentSince) {
        return silentSince - awakeFrom > 0 ? silentSince : awakeFrom;
    }

    private void look(Link link, long now, Settings current) {
        if (!link.open()) {
            if (around.transport.link(link.id()).isEmpty()) {
                // it went before this table could hear of it
                lost(link, 1006, "");
            }
            return;
        }
        Map<String, Object> attributes = link.attributes();
        if (attributes.get(LinkAttributes.ROLE) instanceof String role && attributes.get(LinkAttributes.REQUESTS_PER_SECOND) != current.requests(Role.of(role))) {
            limits(link);
        }
        if (!(attributes.get(LinkAttributes.SESSION_STATE) instanceof Map)) {
            greet(link, now, current);
            return;
        }
        adopt(link);
        long timeout = TimeUnit.MILLISECONDS.toNanos(current.heartbeatTimeout());
        long stuck = link.stuckSince();
        if (stuck != 0 && now - watchedFrom(stuck) > timeout) {
            close(link, 4503, "nothing was read for " + current.heartbeatTimeout() + " ms", Optional.of(Duration.ZERO));
        } else if (now - watchedFrom(link.receivedAt()) > timeout) {
            close(link, 4408, "nothing came in for " + current.heartbeatTimeout() + " ms", Optional.of(Duration.ZERO));
            dying.add(new Dying(link, now + Math.min(LAST_WORDS, TimeUnit.MILLISECONDS.toNanos(current.heartbeatInterval()) / 2)));
        } else {
            beat(link, now, current);
        }
    }

    /** Takes up a session that another table, beside this one for a moment, opened. */
    private void adopt(Link link) {
        synchronized (lock) {
            if (of(link).isPresent()) {
                return;
            }
        }
        // its own, or one that went on to this link in the other table
        seen(link);
    }

    private void greet(Link link, long now, Settings current) {
        Object since = link.attributes().putIfAbsent(LinkAttributes.OPENED_AT, now);
        if (since instanceof Long at && now - at > TimeUnit.MILLISECONDS.toNanos(current.helloTimeout())) {
            close(link, 4408, "no hello within " + current.helloTimeout() + " ms", Optional.of(Duration.ZERO));
        }
    }

    /** A heartbeat in place of the broadcaster's, when that is away. */
    private void beat(Link link, long now, Settings current) {
        if (!(link.attributes().get(LinkAttributes.HEARTBEAT_AT) instanceof Long last)
                || now - last < TimeUnit.MILLISECONDS.toNanos(current.heartbeatInterval() + current.heartbeatInterval() / 4)
                || link.stuckSince() != 0) {
            return;
        }
        Codec codec = codec(link);
        if (codec == null) {
            return;
        }
        long refusedSoFar = refused(link);
        long delivered = link.delivered();
        link.attributes().put(LinkAttributes.HEARTBEAT_AT, now);
        link.reply(codec.encode(new ServerMessage.Heartbeat(micros(), link.cursor(), delivered,
                Math.max(0, link.due() - delivered - refusedSoFar), refusedSoFar)), codec.text());
        link.ping();
    }

    private static long refused(Link link) {
        return link.attributes().get(LinkAttributes.REFUSED) instanceof Long n ? n : 0;
    }

    // ---- draining

    @Override
    public void drain(Optional<Duration> over, Optional<Duration> reconnectAfter, Optional<String> except) {
        Settings current = settings;
        drain(over.orElse(current.drainOver()), reconnectAfter.orElse(current.drainReconnectAfter()), except);
    }

    private void drain(Duration over, Duration reconnectAfter, Optional<String> except) {
        synchronized (lock) {
            Link stays = except.map(byId::get).map(session -> session.link).orElse(null);
            ArrayDeque<Link> links = new ArrayDeque<>();
            for (Link link : around.transport.links()) {
                if (link != stays) {
                    links.add(link);
                }
            }
            drain = new Drain(nanos.getAsLong(), over.toNanos(), links.size(), links, reconnectAfter, except);
            LOG.info("draining: {} connections are moved away within {} ms, and none is taken but those of admins; undrain (compositor drain --undo) ends it",
                    links.size(), over.toMillis());
        }
    }

    @Override
    public void undrain() {
        synchronized (lock) {
            if (drain != null) {
                drain = null;
                LOG.info("no longer draining: connections are taken again");
            }
        }
    }

    private void moveAway(Drain draining, long now) {
        long elapsed = now - draining.begun;
        int due = elapsed >= draining.over ? draining.total : (int) ((double) draining.total * elapsed / draining.over);
        while (draining.total - draining.links.size() < due) {
            Link link = draining.links.poll();
            if (link.open() && !isExcepted(draining, link)) {
                close(link, 4503, "draining", Optional.of(draining.reconnectAfter));
            }
        }
    }

    /** The session that asked for the draining may have resumed on another link since. */
    private static boolean isExcepted(Drain draining, Link link) {
        return draining.except.isPresent() && draining.except.get().equals(link.attributes().get(LinkAttributes.SESSION));
    }

    // ---- closing

    /** What a log calls a link. */
    private static String name(Link link) {
        return "display " + link.attributes().getOrDefault(LinkAttributes.DISPLAY, "without a name") + " at " + link.handshake().remoteAddress();
    }

    /**
     * Says goodbye and closes. Its session ends, if nobody comes back after such a code, or waits from now on: a peer that is dead keeps
     * its socket some seconds more.
     */
    void close(Link link, int code, String reason, Optional<Duration> reconnectAfter) {
        synchronized (lock) {
            of(link).ifPresent(session -> part(session, link, code, reason));
        }
        goodbyeAndClose(link, code, reason, reconnectAfter);
    }

    private void goodbyeAndClose(Link link, int code, String reason, Optional<Duration> reconnectAfter) {
        if (code >= 4400) {
            closed.say(code, name(link), reason, nanos.getAsLong());
        }
        Codec codec = codec(link);
        if (codec == null) {
            link.close(code, reason);
            return;
        }
        link.close(code, reason, codec.encode(new ServerMessage.Goodbye(code, reason,
                reconnectAfter.map(d -> OptionalLong.of(d.toMillis())).orElseGet(OptionalLong::empty))), codec.text());
    }

    @Override
    public boolean close(String id, int code, String reason, Optional<Duration> reconnectAfter) {
        Link link;
        synchronized (lock) {
            SessionEntry session = byId.get(id);
            if (session == null) {
                return false;
            }
            link = session.link;
            if (link == null && FINAL_CODES.contains(code)) {
                end(session, reason);
            }
        }
        if (link != null) {
            close(link, code, reason, reconnectAfter);
        }
        return true;
    }

    @Override
    public void close(long linkId, int code, String reason, Optional<Duration> reconnectAfter) {
        around.transport.link(linkId).ifPresent(link -> close(link, code, reason, reconnectAfter));
    }

    @Override
    public int notice(Optional<String> display, Level level, String text) {
        if (text.length() > MAX_NOTICE) {
            throw new IllegalArgumentException("text must have at most " + MAX_NOTICE + " characters, not " + text.length());
        }
        List<Link> links;
        synchronized (lock) {
            links = display.map(byDisplay::get).map(List::of).orElseGet(() -> display.isPresent() ? List.of() : List.copyOf(byId.values()))
                    .stream().map(session -> session.link).filter(link -> link != null).toList();
        }
        Map<Codec, byte[]> encoded = new HashMap<>();
        int got = 0;
        for (Link link : links) {
            Codec codec = codec(link);
            if (codec != null && link.reply(encoded.computeIfAbsent(codec, c -> c.encode(new ServerMessage.Notice(level, text))), codec.text())) {
                got++;
            }
        }
        return got;
    }

    @Override
    public void ask(long linkId, String camera, String holder) throws RequestException {
        Link link = around.transport.link(linkId).orElseThrow(() -> unavailable("the connection is gone"));
        long now = nanos.getAsLong();
        synchronized (lock) {
            SessionEntry asker = of(link).orElseThrow(() -> unavailable("the session is gone"));
            SessionEntry asked = byId.get(holder);
            if (asker.askedAt != null && now - asker.askedAt < ASK_PAUSE) {
                throw new RequestException("limit", "action", "ask at most once a second; the last time was "
                        + TimeUnit.NANOSECONDS.toMillis(now - asker.askedAt) + " ms ago", 0);
            }
            asker.askedAt = now;
            Codec codec = asked == null || asked.link == null ? null : codec(asked.link);
            if (codec == null) {
                return;
            }
            long full = asked.askedFull == null || asked.askedFull - now < 0 ? now : asked.askedFull;
            if (full - now > ASK_PAUSE - ASK_PAUSE / ASKED_PER_SECOND) {
                throw new RequestException("limit", "camera", "the holder of camera \"" + camera + "\" is asked more than " + ASKED_PER_SECOND + " times per second", 0);
            }
            asked.askedFull = full + ASK_PAUSE / ASKED_PER_SECOND;
            asked.link.reply(codec.encode(new ServerMessage.Asked(camera, asker.display, asker.id)), codec.text());
        }
    }

    /** How much is held, for an operator. */
    List<Health.Budget> budgets() {
        synchronized (lock) {
            return List.of(new Health.Budget("connections", door.size(), settings.admission().connections(), "connections"),
                    new Health.Budget("names in subscriptions", subscriptionBytes, settings.subscriptionBytes(), "bytes"),
                    new Health.Budget("sessions that wait for their display", waiting.bytes(), settings.waitingBytes(), "bytes"));
        }
    }

    // ---- what others see

    @Override
    public List<Session> sessions() {
        synchronized (lock) {
            return byId.values().stream().map(this::seenFromOutside).toList();
        }
    }

    @Override
    public Optional<Session> session(String id) {
        synchronized (lock) {
            return Optional.ofNullable(byId.get(id)).map(this::seenFromOutside);
        }
    }

    private Session seenFromOutside(SessionEntry session) {
        Link link = session.link;
        if (link == null) {
            return new Session(session.id, session.display, session.user, session.key, session.role, "", session.keepOpen,
                    inForce(session), Subscription.fromMap(session.subscription), OptionalLong.empty(), "", session.since,
                    OptionalLong.empty(), 0, 0, 0, 0, 0);
        }
        long refusedSoFar = refused(link);
        long delivered = link.delivered();
        return new Session(session.id, session.display, session.user, session.key,
                Role.of((String) link.attributes().get(LinkAttributes.ROLE)),
                String.valueOf(link.attributes().get(LinkAttributes.CODEC)), session.keepOpen, inForce(session),
                Subscription.fromMap(link.attributes().get(LinkAttributes.SUBSCRIPTION)), OptionalLong.of(link.id()),
                link.handshake().remoteAddress(), session.since,
                link.roundTrip() == 0 ? OptionalLong.empty() : OptionalLong.of(link.roundTrip()), link.cursor(), delivered,
                Math.max(0, link.due() - delivered - refusedSoFar), refusedSoFar, link.bytesSent());
    }

    @Override
    public List<Display> displays() {
        List<Display> displays = new ArrayList<>();
        synchronized (lock) {
            Set<String> unseen = new HashSet<>(declared.keySet());
            for (SessionEntry session : byId.values()) {
                unseen.remove(session.display);
                displays.add(new Display(session.display, Optional.of(session.user), Optional.of(session.id), session.link != null,
                        inForce(session), declared.containsKey(session.display), Optional.of(Instant.now())));
            }
            for (DisplayStore.Remembered remembered : around.store.all()) {
                SessionEntry session = byDisplay.get(remembered.display());
                if (session == null || !session.user.equals(remembered.user()) || !session.key.equals(remembered.key())) {
                    unseen.remove(remembered.display());
                    displays.add(new Display(remembered.display(), Optional.of(remembered.user()), Optional.empty(), false,
                            inForce(remembered.display(), remembered.settings()), declared.containsKey(remembered.display()),
                            Optional.of(Instant.ofEpochMilli(remembered.seen()))));
                }
            }
            unseen.forEach(name -> displays.add(new Display(name, Optional.empty(), Optional.empty(), false, declared.get(name), true, Optional.empty())));
        }
        displays.sort(Comparator.comparing(Display::name).thenComparing(display -> display.user().orElse("")));
        return displays;
    }

    @Override
    public Statistics statistics() {
        synchronized (lock) {
            return new Statistics(door.size(), byId.size() - waiting.size(), waiting.size(), around.store.size(), drain != null,
                    refused.counts(), closed.counts(), closedByClients.counts());
        }
    }

    private Codec codec(Link link) {
        return around.codecs.apply(String.valueOf(link.attributes().get(LinkAttributes.CODEC)));
    }

    private String token() {
        byte[] bytes = new byte[18];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private String hex(int n) {
        byte[] bytes = new byte[n];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** Tokens are looked up by digest, so that the time of the look-up says nothing about them, and none is kept. */
    private static String digest(String token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }
}
