package org.geometryos.compositor.connections;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.connection.Session;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.transport.api.Link;

/**
 * A session, in the table or after it. Fields that change are guarded by the table's lock; unless said otherwise,
 * {@link Lifecycle} changes them.
 */
final class SessionEntry {
    private static final long BYTES = 2_560;
    private static final long CHARACTER_BYTES = 10;

    final String id;
    /** Of the token, which nobody keeps but its display. */
    final String tokenDigest;

    final String display;
    final String user;
    /** The name of the key it came with, and a fingerprint of the key itself; empty without keys. */
    final String key;

    final String keyFingerprint;
    final long since;
    /** What the display says of itself; an operator may have said more. */
    DisplaySettings own;

    boolean keepOpen;

    // what the table alone changes
    boolean ended;
    Role role;
    /** The socket, or null while the session waits for its display. */
    Link link;
    /** What its subscription takes, in bytes. */
    long subscriptionBytes;
    /** Which link it has, or had last. */
    long lastLink;
    /**
     * Whether it is not known what it is subscribed to: another table left it when it had asked, and its link is gone.
     */
    boolean asked;
    /** While it waits: the subscription as it was, or null, and since when, {@link System#nanoTime()}. */
    Map<?, ?> subscription;

    long lostAt;
    /** While it waits: from where it came (its key and address), and what it is counted with. */
    String source = "";

    long waitingBytes;
    /** While it waits: whether the others know. */
    boolean lossShown;

    // what the announcer alone changes
    /** When the others were last told of its settings, {@link System#nanoTime()}, if they were. */
    long settingsTold;

    boolean settingsWereTold;

    // what messages alone change
    /**
     * When it last asked a holder for a camera, and when the bucket of what it is asked itself is full again,
     * {@link System#nanoTime()}.
     */
    Long askedAt;

    Long askedFull;

    SessionEntry(
            String id,
            String tokenDigest,
            String display,
            String user,
            String key,
            String keyFingerprint,
            Role role,
            long since,
            boolean keepOpen,
            DisplaySettings own) {
        this.id = id;
        this.tokenDigest = tokenDigest;
        this.display = display;
        this.user = user;
        this.key = key;
        this.keyFingerprint = keyFingerprint;
        this.role = role;
        this.since = since;
        this.keepOpen = keepOpen;
        this.own = own;
    }

    /** What it asked for, as it is kept with its link or was when that was lost; null before the first subscription. */
    Map<?, ?> storedSubscription() {
        return link == null
                ? subscription
                : LinkMemory.of(link.attributes()).storedSubscription().orElse(null);
    }

    Subscription wanted() {
        return Subscription.fromMap(storedSubscription());
    }

    /** As it is handed to another table. @param now {@link System#nanoTime()} */
    SessionFile.Kept kept(long now) {
        return new SessionFile.Kept(
                fromMap(toMap()),
                link != null ? Optional.empty() : Optional.of(Duration.ofNanos(now - lostAt)),
                storedSubscription(),
                link != null && LinkMemory.of(link.attributes()).asked());
    }

    /** @param inForce the settings of its display */
    Session seenFromOutside(DisplaySettings inForce) {
        if (link == null) {
            return new Session(
                    id,
                    display,
                    user,
                    key,
                    role,
                    "",
                    keepOpen,
                    inForce,
                    wanted(),
                    OptionalLong.empty(),
                    "",
                    since,
                    OptionalLong.empty(),
                    0,
                    0,
                    0,
                    0,
                    0);
        }
        LinkMemory memory = LinkMemory.of(link.attributes());
        Account account = Account.of(link);
        return new Session(
                id,
                display,
                user,
                key,
                memory.role().orElse(role),
                memory.codec(),
                keepOpen,
                inForce,
                wanted(),
                OptionalLong.of(link.id()),
                link.handshake().remoteAddress(),
                since,
                link.roundTrip() == 0 ? OptionalLong.empty() : OptionalLong.of(link.roundTrip()),
                link.cursor(),
                account.delivered(),
                account.superseded(),
                account.refused(),
                link.bytesSent());
    }

    /** What it takes while it waits, in bytes, estimated: itself, and what the others know of it in two forms. */
    long bytes() {
        return BYTES + own.title().map(String::length).orElse(0) * CHARACTER_BYTES + subscriptionBytes;
    }

    /** In values of the JDK alone, as it is kept with the socket and in a file. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("token", tokenDigest);
        map.put("display", display);
        map.put("user", user);
        map.put("key", key);
        map.put("keyPrint", keyFingerprint);
        map.put("role", role.word());
        map.put("since", since);
        map.put("keepOpen", keepOpen);
        if (!own.equals(DisplaySettings.EMPTY)) {
            map.put("settings", Map.copyOf(own.toMap()));
        }
        return map;
    }

    /** @throws RuntimeException if something is missing or is not what it should be */
    static SessionEntry fromMap(Map<?, ?> map) {
        return new SessionEntry(
                text(map, "id"),
                text(map, "token"),
                text(map, "display"),
                text(map, "user"),
                text(map, "key"),
                text(map, "keyPrint"),
                Role.of(text(map, "role")),
                ((Number) map.get("since")).longValue(),
                (Boolean) map.get("keepOpen"),
                map.get("settings") instanceof Map<?, ?> settings
                        ? DisplaySettings.fromMap(settings)
                        : DisplaySettings.EMPTY);
    }

    private static String text(Map<?, ?> map, String name) {
        if (map.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is missing");
    }
}
