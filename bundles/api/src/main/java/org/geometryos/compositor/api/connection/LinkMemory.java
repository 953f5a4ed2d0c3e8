package org.geometryos.compositor.api.connection;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the bundles keep with a socket, typed. The values lie in the link's attributes, from where the next copy of a
 * bundle takes them, while the socket stays: so they are of the JDK alone, and two versions of a bundle understand each
 * other by names and types, which never change. This class is the one place that knows them; it holds nothing itself.
 * Any thread; a link's attributes are a concurrent map.
 */
public final class LinkMemory {
    /** String, a subprotocol. The endpoint writes it at the handshake; everybody reads it. */
    private static final String CODEC = "codec";
    /**
     * String, {@link Role#word()}. The endpoint writes it at the handshake, and again when the key gets a higher one;
     * endpoint and connections read it.
     */
    private static final String ROLE = "role";
    /**
     * String, the name of a key. The endpoint writes it at the handshake; endpoint and connections read it, and who
     * answers over HTTP.
     */
    private static final String KEY = "key";
    /** String, a fingerprint. The endpoint writes it at the handshake, with keys; endpoint and connections read it. */
    private static final String KEY_FINGERPRINT = "key.print";
    /** Boolean, absent means false. The endpoint writes it at the handshake and reads it. */
    private static final String ADMIN_ONLY = "admin.only";
    /** Boolean, absent means false. The endpoint writes it at the handshake; broadcast reads it. */
    private static final String DIALECT = "dialect";
    /** What a dialect keeps of its client: names that begin so, and values of the dialect's own. */
    private static final String DIALECT_PREFIX = "dialect.";
    /**
     * Boolean, absent means false: the host is connected to itself. The endpoint writes it at the handshake; endpoint
     * and broadcast read it.
     */
    private static final String LOOPBACK = "loopback";
    /** {@code long[]}. The endpoint's own, from the first message on. */
    private static final String QUOTA = "quota";
    /** ArrayDeque of Long. The endpoint's own, from the first message on. */
    private static final String MALFORMED = "quota.malformed";
    /** Long, {@link System#nanoTime()}. The connection manager's own, while it waits for {@code hello}. */
    private static final String OPENED_AT = "opened.at";
    /**
     * Long, milliseconds. Connections writes it as soon as it knows the link, and with the configuration; broadcast
     * reads it.
     */
    private static final String HEARTBEAT_INTERVAL = "heartbeat.interval";
    /**
     * Integer. Connections writes it as soon as it knows the link, with the configuration and with the role; the
     * endpoint reads it.
     */
    private static final String REQUESTS_PER_SECOND = "requests.per.second";
    /**
     * String, an id. Connections writes it at {@code hello}; everybody reads it. It stays when the session ends or goes
     * on elsewhere.
     */
    private static final String SESSION = "session";
    /** String, a name. Connections writes it at {@code hello}; endpoint and connections read it. */
    private static final String DISPLAY = "display";
    /**
     * Map, or the String {@link #ENDED}. The connection manager's own, from {@code hello} until the session goes on to
     * another link.
     */
    private static final String SESSION_STATE = "session.state";
    /**
     * String. Connections writes it at {@code hello}, then broadcast, which reads it: the epoch in which the link's
     * cursor counts.
     */
    private static final String EPOCH = "epoch";
    /**
     * Long, {@link System#nanoTime()}. Connections writes it at {@code hello}, then broadcast, or connections in its
     * place; both read it.
     */
    private static final String HEARTBEAT_AT = "heartbeat.at";
    /**
     * Map, see {@link Pending}. The endpoint writes it at {@code subscribe}; broadcast reads it, and takes it away with
     * the answer.
     */
    private static final String PENDING = "subscription.pending";
    /**
     * Map, {@link Subscription#toMap()}. Broadcast writes it with the answer to {@code subscribe}, connections when it
     * is resumed; both read it.
     */
    private static final String SUBSCRIPTION = "subscription";
    /**
     * Long, a seq. Connections writes it when a subscription is resumed; broadcast reads it, and takes it away when the
     * states are repeated.
     */
    private static final String RESUMED = "resumed";
    /** Long, absent means 0. Broadcast writes it at a gap; broadcast and connections read it. */
    private static final String REFUSED = "refused";
    /** Long, a seq, absent means 0. Broadcast's own, while ordered entries are ahead of views. */
    private static final String AHEAD = "ahead";
    /** Long, absent means 0. Broadcast's own, written with the one before. */
    private static final String AHEAD_COUNT = "ahead.count";
    /** Long, {@link System#nanoTime()}. Broadcast's own, from the first views of a display with a rate on. */
    private static final String VIEWS_AT = "views.at";
    /** Long. Broadcast's own, from when a broadcaster first serves the link. */
    private static final String OWNER = "owner";

    // of a subscription that was asked for
    private static final String ID = "id";
    private static final String SILENT = "silent";
    /** In place of the session's record: the session is over. */
    private static final String ENDED = "ended";

    /** By their words; ready, as the role is asked for with each request. */
    private static final Map<String, Optional<Role>> ROLES =
            Stream.of(Role.values()).collect(Collectors.toUnmodifiableMap(Role::word, Optional::of));

    private final Map<String, Object> attributes;

    private LinkMemory(Map<String, Object> attributes) {
        this.attributes = attributes;
    }

    /** @param attributes a link's, or those that a handshake decided on (then to be read only) */
    public static LinkMemory of(Map<String, Object> attributes) {
        return new LinkMemory(attributes);
    }

    // ---- from the handshake

    /**
     * The attributes with which a link begins.
     *
     * @param codec its subprotocol ({@code compositor.v1.json})
     * @param key the name of the key, {@code local} without keys
     * @param keyFingerprint a fingerprint of the key itself; empty without keys
     * @param adminOnly let in for {@code admin} requests only
     */
    public static Map<String, Object> ofHandshake(
            String codec, String key, Optional<String> keyFingerprint, Role role, boolean adminOnly) {
        Map<String, Object> attributes = new HashMap<>(Map.of(CODEC, codec, KEY, key, ROLE, role.word()));
        keyFingerprint.ifPresent(fingerprint -> attributes.put(KEY_FINGERPRINT, fingerprint));
        if (adminOnly) {
            attributes.put(ADMIN_ONLY, true);
        }
        return attributes;
    }

    /**
     * The attributes with which a link begins that the host has with itself, to see whether it serves: it is sent an
     * empty snapshot without {@code hello}, and belongs to no session.
     *
     * @param codec its subprotocol
     */
    public static Map<String, Object> ofLoopback(String codec) {
        Map<String, Object> attributes =
                new HashMap<>(ofHandshake(codec, LOOPBACK, Optional.empty(), Role.VIEW, false));
        attributes.put(LOOPBACK, true);
        of(attributes).ask(Subscription.NONE, Optional.empty(), false);
        return attributes;
    }

    /**
     * Those of a link whose client speaks another protocol than ours: whoever speaks it sends what the client has
     * subscribed to, and the broadcaster nothing.
     *
     * @param attributes from the handshake
     */
    public static Map<String, Object> inDialect(Map<String, Object> attributes) {
        Map<String, Object> more = new HashMap<>(attributes);
        more.put(DIALECT, true);
        return more;
    }

    /** Whether its client speaks another protocol than ours. */
    public boolean dialect() {
        return attributes.containsKey(DIALECT);
    }

    /**
     * What a dialect keeps with its client under a name of its own; {@code otherwise} before it has kept anything. The
     * value is as it was kept, perhaps by another version of the dialect.
     */
    @SuppressWarnings("unchecked")
    public <T> T kept(String name, T otherwise) {
        Object value = attributes.get(DIALECT_PREFIX + name);
        return value == null ? otherwise : (T) value;
    }

    /**
     * Keeps what the next version of a dialect needs to go on.
     *
     * @param value of the JDK alone, and immutable
     */
    public void keep(String name, Object value) {
        attributes.put(DIALECT_PREFIX + name, value);
    }

    /** Whether the host is connected to itself. */
    public boolean loopback() {
        return attributes.containsKey(LOOPBACK);
    }

    /** The negotiated codec's subprotocol; empty if none was. */
    public String codec() {
        return text(CODEC);
    }

    /** The name of the key; empty for a link that no endpoint let in. */
    public String key() {
        return text(KEY);
    }

    /** A fingerprint of the key itself; empty without keys. */
    public Optional<String> keyFingerprint() {
        return Optional.ofNullable((String) attributes.get(KEY_FINGERPRINT));
    }

    /** Empty for a link that no endpoint let in, or with a role that only a later version knows. */
    public Optional<Role> role() {
        return ROLES.getOrDefault(text(ROLE), Optional.empty());
    }

    public void setRole(Role now) {
        attributes.put(ROLE, now.word());
    }

    /** Let in for {@code admin} requests only. */
    public boolean adminOnly() {
        return Boolean.TRUE.equals(attributes.get(ADMIN_ONLY));
    }

    // ---- what the client may do

    /** What it may still ask, in slots that the endpoint gives a meaning; its inbound thread alone touches them. */
    public long[] quota(Supplier<long[]> fresh) {
        return attributes.get(QUOTA) instanceof long[] quota
                ? quota
                : (long[]) attributes.computeIfAbsent(QUOTA, name -> fresh.get());
    }

    /**
     * When malformed messages came, {@link System#nanoTime()}, oldest first; the link's inbound thread alone touches
     * it.
     */
    @SuppressWarnings("unchecked")
    public ArrayDeque<Long> malformed() {
        return (ArrayDeque<Long>) attributes.computeIfAbsent(MALFORMED, name -> new ArrayDeque<Long>(4));
    }

    /** Requests per second that this client may make; {@code otherwise} while no connection manager has said. */
    public int requestsPerSecond(int otherwise) {
        return attributes.get(REQUESTS_PER_SECOND) instanceof Integer requests ? requests : otherwise;
    }

    /** Milliseconds between heartbeats; {@code otherwise} while no connection manager has said. */
    public long heartbeatInterval(long otherwise) {
        return number(HEARTBEAT_INTERVAL, otherwise);
    }

    /**
     * Sets both. The objects themselves are kept, so that all links may share them.
     *
     * @param heartbeatInterval milliseconds
     */
    public void setLimits(Long heartbeatInterval, Integer requestsPerSecond) {
        attributes.put(HEARTBEAT_INTERVAL, heartbeatInterval);
        attributes.put(REQUESTS_PER_SECOND, requestsPerSecond);
    }

    // ---- the session

    /** When a connection manager first asked this, {@link System#nanoTime()}; {@code now} if it is the first time. */
    public long openedAt(long now) {
        return attributes.putIfAbsent(OPENED_AT, now) instanceof Long since ? since : now;
    }

    /**
     * A session begins or goes on here. Its id is written last: from then on the broadcaster may send, and finds the
     * rest.
     *
     * @param state the session's own record, of the JDK alone
     * @param epoch in which the link's cursor counts
     * @param now {@link System#nanoTime()}
     */
    public void begin(String session, String display, Map<String, Object> state, String epoch, long now) {
        attributes.put(EPOCH, epoch);
        sessionState(state);
        attributes.put(DISPLAY, display);
        attributes.put(HEARTBEAT_AT, now);
        attributes.put(SESSION, session);
    }

    /** Whether {@code hello} was answered. */
    public boolean greeted() {
        return attributes.get(SESSION) != null;
    }

    /** The id of the session, which may have ended or gone on elsewhere since; empty before {@code hello}. */
    public String session() {
        return text(SESSION);
    }

    /** The name of the session's display; empty before {@code hello}. */
    public String display() {
        return text(DISPLAY);
    }

    /** The session's own record; empty before {@code hello}, after its end, and when it went on to another link. */
    public Optional<Map<?, ?>> sessionState() {
        return Optional.ofNullable(attributes.get(SESSION_STATE) instanceof Map<?, ?> state ? state : null);
    }

    public void sessionState(Map<String, Object> state) {
        attributes.put(SESSION_STATE, Map.copyOf(state));
    }

    /** The session goes on to another link: no connection manager takes it up from this one. */
    public void sessionLeft() {
        attributes.remove(SESSION_STATE);
    }

    /** The session is over. */
    public void sessionEnded() {
        attributes.put(SESSION_STATE, ENDED);
    }

    public boolean isSessionEnded() {
        return ENDED.equals(attributes.get(SESSION_STATE));
    }

    /** When the last heartbeat was sent, {@link System#nanoTime()}; {@code otherwise} before {@code hello}. */
    public long heartbeatAt(long otherwise) {
        return number(HEARTBEAT_AT, otherwise);
    }

    public void heartbeatSent(long now) {
        attributes.put(HEARTBEAT_AT, now);
    }

    // ---- what it receives

    /** A subscription that is asked for and not begun. One thread. */
    public static final class Pending {
        private final Map<?, ?> stored;
        private Subscription subscription;

        private Pending(Map<?, ?> stored) {
            this.stored = stored;
        }

        public Subscription subscription() {
            if (subscription == null) {
                subscription = Subscription.fromMap(stored);
            }
            return subscription;
        }

        /** Under which it is acknowledged, a Long or a String; empty if it is not. */
        public Optional<Object> id() {
            return Optional.ofNullable(stored.get(ID));
        }

        /** Whether a subscription to nothing is answered with no snapshot. */
        public boolean silent() {
            return Boolean.TRUE.equals(stored.get(SILENT));
        }
    }

    /** Asks the broadcaster for another subscription, which has to be told of it. @param id see {@link Pending#id()} */
    public void ask(Subscription wanted, Optional<Object> id, boolean silent) {
        Map<String, Object> pending = new HashMap<>(wanted.toMap());
        id.ifPresent(number -> pending.put(ID, number));
        if (silent) {
            pending.put(SILENT, true);
        }
        attributes.put(PENDING, Map.copyOf(pending));
    }

    /** Whether there is a {@link #pending()} one. */
    public boolean asked() {
        return attributes.get(PENDING) != null;
    }

    public Optional<Pending> pending() {
        return attributes.get(PENDING) instanceof Map<?, ?> stored
                ? Optional.of(new Pending(stored))
                : Optional.empty();
    }

    /**
     * A subscription that was asked for has begun: what else was asked for since still stands.
     *
     * @param epoch in which the link's cursor counts
     */
    public void subscribed(Pending begun, String epoch) {
        attributes.put(SUBSCRIPTION, begun.subscription().toMap());
        streams(epoch);
        attributes.remove(PENDING, begun.stored);
    }

    /**
     * The newest state of all that is asked for is sent: nothing is to be repeated, nothing went ahead.
     *
     * @param epoch in which the link's cursor counts
     */
    public void streams(String epoch) {
        epoch(epoch);
        repeated();
        attributes.remove(AHEAD);
        attributes.remove(AHEAD_COUNT);
    }

    /** What it receives; {@link Subscription#NONE} before the first. */
    public Subscription subscription() {
        return Subscription.fromMap(attributes.get(SUBSCRIPTION));
    }

    /** The same as it is kept, with whatever a later version adds; empty before the first. */
    public Optional<Map<?, ?>> storedSubscription() {
        return Optional.ofNullable((Map<?, ?>) attributes.get(SUBSCRIPTION));
    }

    /**
     * A session that was resumed goes on with its subscription.
     *
     * @param seq of its {@code welcome}: up to there the newest states are repeated
     */
    public void resume(Map<?, ?> subscription, long seq) {
        attributes.put(SUBSCRIPTION, subscription);
        attributes.put(RESUMED, seq);
    }

    /** Receives nothing more and has asked for nothing. */
    public void forgetSubscriptions() {
        attributes.remove(SUBSCRIPTION);
        attributes.remove(PENDING);
    }

    /** Up to where the newest states are still to be repeated to a session that was resumed; empty if they are not. */
    public OptionalLong resumed() {
        return attributes.get(RESUMED) instanceof Long seq ? OptionalLong.of(seq) : OptionalLong.empty();
    }

    public void repeated() {
        attributes.remove(RESUMED);
    }

    /** Whether the link's cursor counts in this epoch. */
    public boolean counts(String epoch) {
        return epoch.equals(attributes.get(EPOCH));
    }

    public void epoch(String epoch) {
        attributes.put(EPOCH, epoch);
    }

    /** Entries lost to gaps so far. */
    public long refused() {
        return number(REFUSED, 0);
    }

    public void refused(long entries) {
        attributes.put(REFUSED, entries);
    }

    /**
     * The number of the last ordered entry that went out ahead of the cursor, while views were held back by a rate; 0
     * if none did.
     */
    public long ahead() {
        return number(AHEAD, 0);
    }

    /** How many ordered entries went out ahead of the cursor; it counts while {@link #ahead()} is above the cursor. */
    public long aheadCount() {
        return number(AHEAD_COUNT, 0);
    }

    public void ahead(long seq, long count) {
        attributes.put(AHEAD_COUNT, count);
        attributes.put(AHEAD, seq);
    }

    /**
     * When views may next go out to a display with a rate, {@link System#nanoTime()}; {@code otherwise} before the
     * first.
     */
    public long viewsAt(long otherwise) {
        return number(VIEWS_AT, otherwise);
    }

    public void viewsFrom(long nanos) {
        attributes.put(VIEWS_AT, nanos);
    }

    /** With which number the broadcaster that serves the link owns its stream. */
    public void owner(long number) {
        attributes.put(OWNER, number);
    }

    public boolean isOwner(long number) {
        return attributes.get(OWNER) instanceof Long owner && owner == number;
    }

    // ----

    private String text(String name) {
        return attributes.get(name) instanceof String text ? text : "";
    }

    private long number(String name, long otherwise) {
        return attributes.get(name) instanceof Long number ? number : otherwise;
    }
}
