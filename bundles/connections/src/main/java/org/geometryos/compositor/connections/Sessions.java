package org.geometryos.compositor.connections;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.geometryos.compositor.api.camera.CameraBridge;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.connection.ConnectionManager;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.LinkAttributes;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.RequestException;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Display;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Refusal;
import org.geometryos.compositor.api.connection.Statistics;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The table of sessions. What it must not lose when it is replaced stands with the sockets; a new table takes it from there.
 * One lock guards the table; sending below it only queues.
 */
final class Sessions implements ConnectionManager {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    /** After these a client does not come back, so nothing is kept for it. */
    private static final Set<Integer> FINAL_CODES = Set.of(1000, 1003, 1007, 1009, 4400, 4401, 4403, 4409);

    /** What comes and goes around the table; each may give null for the moment. */
    record Neighbours(Transport transport, Supplier<Journal> journal, Supplier<CameraBridge> cameras, Function<String, Codec> codecs) {}

    private final Neighbours around;
    private final String version;
    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final Object lock = new Object();
    // guarded by lock
    private final Map<String, SessionEntry> byId = new HashMap<>();
    private final Map<String, SessionEntry> byDisplay = new HashMap<>();
    private final Map<String, SessionEntry> byToken = new HashMap<>();
    private volatile Settings settings;

    /** @param nanos the clock, {@link System#nanoTime()} */
    Sessions(Neighbours around, Settings settings, String version, LongSupplier nanos) {
        this.nanos = nanos;
        this.around = around;
        this.settings = settings;
        this.version = version;
    }

    void settings(Settings changed) {
        settings = changed;
        around.transport.links().forEach(this::limits);
    }

    private void limits(Link link) {
        if (link.attributes().get(LinkAttributes.ROLE) instanceof String role) {
            link.attributes().put(LinkAttributes.HEARTBEAT_INTERVAL, settings.heartbeatInterval());
            link.attributes().put(LinkAttributes.REQUESTS_PER_SECOND, settings.requests(Role.of(role)));
        }
    }

    /** A link is there: new, or one whose session another table opened. */
    void seen(Link link) {
        limits(link);
        synchronized (lock) {
            if (!(link.attributes().get(LinkAttributes.SESSION_STATE) instanceof Map<?, ?> state)) {
                return;
            }
            SessionEntry known = byId.get((String) state.get("id"));
            if (known == null) {
                known = SessionEntry.fromMap(state);
                add(known);
            }
            if (known.link == null || known.link.id() < link.id()) {
                known.link = link;
            }
        }
    }

    private void add(SessionEntry session) {
        byId.put(session.id, session);
        byDisplay.put(session.display, session);
        byToken.put(digest(session.token), session);
    }

    @Override
    public void open(long linkId, Opening opening) throws RequestException {
        Link link = around.transport.link(linkId).orElseThrow(() -> unavailable("the connection is gone"));
        Journal journal = around.journal.get();
        Codec codec = codec(link);
        if (journal == null || codec == null) {
            throw unavailable("the server is not ready for a session; say hello again in a moment");
        }
        String key = (String) link.attributes().get(LinkAttributes.KEY);
        Role role = Role.of((String) link.attributes().get(LinkAttributes.ROLE));
        synchronized (lock) {
            Optional<SessionEntry> before = opening.resume().flatMap(resume -> resumable(resume, key));
            if (before.isPresent() && continues(before.get(), opening.resume().get(), journal)) {
                resume(before.get(), link, codec, opening, journal);
            } else {
                before.ifPresent(session -> replace(session, "the session was replaced by another connection"));
                begin(link, codec, opening, key, role, journal);
            }
        }
        link.signal();
    }

    private static RequestException unavailable(String message) {
        return new RequestException("unavailable", null, message, 0);
    }

    private Optional<SessionEntry> resumable(Opening.Resume resume, String key) {
        return Optional.ofNullable(byToken.get(digest(resume.token()))).filter(session -> session.key.equals(key));
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
        opening.settings().ifPresent(s -> session.settings = s);
        attach(session, link);
        long seq = welcome(session, link, codec, true, journal);
        if (subscription != null) {
            link.attributes().put(LinkAttributes.SUBSCRIPTION, subscription);
            link.attributes().put(LinkAttributes.RESUMED, seq);
        }
        start(session, link, journal, opening.resume().get().seq());
    }

    private void begin(Link link, Codec codec, Opening opening, String key, Role role, Journal journal) throws RequestException {
        String user = opening.user().orElse(key);
        String display = opening.display().orElseGet(this::freeName);
        SessionEntry there = byDisplay.get(display);
        if (there != null) {
            if (!there.key.equals(key) || !there.user.equals(user)) {
                throw new RequestException("taken", "display", "display \"" + display + "\" is in use by another user", 4409);
            }
            replace(there, "the display \"" + display + "\" was taken over by another connection");
        }
        SessionEntry session = new SessionEntry("s-" + hex(6), token(), display, user, key, role, micros(), opening.keepOpen(),
                opening.settings().orElse(DisplaySettings.EMPTY));
        add(session);
        attach(session, link);
        long seq = welcome(session, link, codec, false, journal);
        start(session, link, journal, seq);
    }

    /** Ends a session in favour of another; a socket that is still open there is closed. */
    private void replace(SessionEntry session, String reason) {
        Link old = session.link;
        end(session, "replaced");
        if (old != null) {
            goodbyeAndClose(old, 4409, reason, Optional.empty());
        }
    }

    private void attach(SessionEntry session, Link link) {
        session.link = link;
        session.subscription = null;
        limits(link);
    }

    /** @return the {@code seq} it named */
    private long welcome(SessionEntry session, Link link, Codec codec, boolean resumed, Journal journal) {
        Settings now = settings;
        long seq = journal.head();
        CameraBridge cameras = around.cameras.get();
        link.reply(codec.encode(new ServerMessage.Welcome(session.id, session.display, session.token, resumed, journal.epoch(), seq,
                micros(), session.role, new ServerMessage.Beat(now.heartbeatInterval(), now.heartbeatTimeout()),
                new ServerMessage.Limits(around.transport.messageBytes(), now.requests(session.role), now.resumeWindow(),
                        cameras == null ? 0 : cameras.maxCameras(), 0),
                new ServerMessage.Server("compositor-bridge", version),
                session.settings.equals(DisplaySettings.EMPTY) ? Optional.empty() : Optional.of(session.settings))), codec.text());
        return seq;
    }

    /** From here on the broadcaster may send: the session's name is what it looks for, so it comes last. */
    private void start(SessionEntry session, Link link, Journal journal, long cursor) {
        link.begin(cursor, 0, 0);
        Map<String, Object> attributes = link.attributes();
        attributes.put(LinkAttributes.EPOCH, journal.epoch());
        attributes.put(LinkAttributes.SESSION_STATE, session.toMap());
        attributes.put(LinkAttributes.DISPLAY, session.display);
        attributes.put(LinkAttributes.HEARTBEAT_AT, nanos.getAsLong());
        attributes.put(LinkAttributes.SESSION, session.id);
    }

    private String freeName() {
        String name;
        do {
            name = "display-" + hex(3);
        } while (byDisplay.containsKey(name));
        return name;
    }

    @Override
    public void leave(long linkId) {
        around.transport.link(linkId).ifPresent(link -> {
            synchronized (lock) {
                of(link).ifPresent(session -> end(session, "bye"));
            }
            link.close(1000, "bye");
        });
    }

    @Override
    public void settings(long linkId, DisplaySettings changed) {
        around.transport.link(linkId).ifPresent(link -> {
            synchronized (lock) {
                of(link).ifPresent(session -> {
                    session.settings = changed;
                    link.attributes().put(LinkAttributes.SESSION_STATE, session.toMap());
                });
            }
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

    /** A link is gone: its session waits, or ends. */
    void lost(Link link, int code) {
        seen(link);
        synchronized (lock) {
            of(link).ifPresent(session -> {
                boolean ended = !link.attributes().containsKey(LinkAttributes.SESSION_STATE);
                session.subscription = (Map<?, ?>) link.attributes().get(LinkAttributes.SUBSCRIPTION);
                detach(session);
                if (ended || !session.keepOpen || FINAL_CODES.contains(code) || settings.resumeWindow() == 0) {
                    end(session, "closed with " + code);
                } else {
                    session.waitsUntil = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(settings.resumeWindow());
                }
            });
        }
    }

    private void end(SessionEntry session, String reason) {
        if (session.ended) {
            return;
        }
        session.ended = true;
        byId.remove(session.id, session);
        byDisplay.remove(session.display, session);
        byToken.remove(digest(session.token), session);
        detach(session);
        CameraBridge cameras = around.cameras.get();
        if (cameras != null) {
            cameras.releaseAll(new Driver(session.display, Optional.of(session.id), 0));
        }
        LOG.debug("session {} of display {} ended: {}", session.id, session.display, reason);
    }

    // ---- the clock

    /** Looks at every link and session; called several times a second. */
    void tick() {
        long now = nanos.getAsLong();
        Settings current = settings;
        long timeout = TimeUnit.MILLISECONDS.toNanos(current.heartbeatTimeout());
        for (Link link : around.transport.links()) {
            if (!link.open()) {
                continue;
            }
            Object state = link.attributes().get(LinkAttributes.SESSION_STATE);
            if (state == null) {
                greet(link, now, current);
                continue;
            }
            adopt(link);
            long stuck = link.stuckSince();
            if (stuck != 0 && now - stuck > timeout) {
                goodbyeAndClose(link, 4503, "nothing was read for " + current.heartbeatTimeout() + " ms", Optional.of(Duration.ZERO));
            } else if (now - link.receivedAt() > timeout) {
                goodbyeAndClose(link, 4408, "nothing came in for " + current.heartbeatTimeout() + " ms", Optional.of(Duration.ZERO));
            } else {
                beat(link, now, current);
            }
        }
        synchronized (lock) {
            for (SessionEntry session : new ArrayList<>(byId.values())) {
                if (session.link == null && now - session.waitsUntil > 0) {
                    end(session, "not resumed within " + current.resumeWindow() + " ms");
                } else if (session.link != null && around.transport.link(session.link.id()).isEmpty()) {
                    // it went before this table could hear of it
                    lost(session.link, 1006);
                }
            }
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
            goodbyeAndClose(link, 4408, "no hello within " + current.helloTimeout() + " ms", Optional.of(Duration.ZERO));
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
        long refused = link.attributes().get(LinkAttributes.REFUSED) instanceof Long n ? n : 0;
        long delivered = link.delivered();
        link.attributes().put(LinkAttributes.HEARTBEAT_AT, now);
        link.reply(codec.encode(new ServerMessage.Heartbeat(micros(), link.cursor(), delivered,
                Math.max(0, link.due() - delivered - refused), refused)), codec.text());
        link.ping();
    }

    // ---- closing

    void goodbyeAndClose(Link link, int code, String reason, Optional<Duration> reconnectAfter) {
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
            link = session == null ? null : session.link;
            if (session != null && FINAL_CODES.contains(code)) {
                end(session, reason);
            }
        }
        if (link == null) {
            return false;
        }
        goodbyeAndClose(link, code, reason, reconnectAfter);
        return true;
    }

    @Override
    public void close(long linkId, int code, String reason, Optional<Duration> reconnectAfter) {
        around.transport.link(linkId).ifPresent(link -> goodbyeAndClose(link, code, reason, reconnectAfter));
    }

    // ---- what others see

    @Override
    public List<Session> sessions() {
        synchronized (lock) {
            return byId.values().stream().map(Sessions::seenFromOutside).toList();
        }
    }

    @Override
    public Optional<Session> session(String id) {
        synchronized (lock) {
            return Optional.ofNullable(byId.get(id)).map(Sessions::seenFromOutside);
        }
    }

    private static Session seenFromOutside(SessionEntry session) {
        Link link = session.link;
        if (link == null) {
            return new Session(session.id, session.display, session.user, session.key, session.role, "", session.keepOpen,
                    session.settings, Subscription.fromMap(session.subscription), OptionalLong.empty(), "", session.since,
                    OptionalLong.empty(), 0, 0, 0, 0, 0);
        }
        long refused = link.attributes().get(LinkAttributes.REFUSED) instanceof Long n ? n : 0;
        long delivered = link.delivered();
        return new Session(session.id, session.display, session.user, session.key, session.role,
                String.valueOf(link.attributes().get(LinkAttributes.CODEC)), session.keepOpen, session.settings,
                Subscription.fromMap(link.attributes().get(LinkAttributes.SUBSCRIPTION)), OptionalLong.of(link.id()),
                link.handshake().remoteAddress(), session.since,
                link.roundTrip() == 0 ? OptionalLong.empty() : OptionalLong.of(link.roundTrip()), link.cursor(), delivered,
                Math.max(0, link.due() - delivered - refused), refused, link.bytesSent());
    }

    @Override
    public Optional<Refusal> admit(String address, Optional<String> key, Role role, boolean attempt) {
        return Optional.empty();
    }

    @Override
    public void refused(String address, int status, String reason) {}

    @Override
    public List<Display> displays() {
        return List.of();
    }

    @Override
    public int notice(Optional<String> display, Level level, String text) {
        return 0;
    }

    @Override
    public void drain(Optional<Duration> over, Optional<Duration> reconnectAfter, Optional<String> except) {}

    @Override
    public void undrain() {}

    @Override
    public Statistics statistics() {
        return new Statistics(0, 0, 0, 0, false, Map.of(), Map.of());
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

    /** Tokens are looked up by digest, so that the time of the look-up says nothing about them. */
    private static String digest(String token) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long micros() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }
}
