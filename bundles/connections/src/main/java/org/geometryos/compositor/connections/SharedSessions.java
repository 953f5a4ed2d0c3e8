package org.geometryos.compositor.connections;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.log.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions as other hosts need them to go on with them: a value that the hosts share for each, under the digest of its
 * token, put a moment after it changed. Without other hosts it does nothing. With the table's lock.
 */
final class SharedSessions {
    private static final Logger LOG = LoggerFactory.getLogger(SharedSessions.class);
    private static final String PREFIX = "session/";
    private static final long LOOK = TimeUnit.SECONDS.toNanos(1);

    private final SessionTable table;
    private final Supplier<Cluster> cluster;
    /** By the digest of its token, what the others were told of a session. */
    private final Map<String, Told> told = new HashMap<>();
    /** Sessions that are shared and that nobody announces, and when that was found. */
    private final Map<String, Long> strangers = new HashMap<>();

    private boolean looked;
    private long lookedAt;

    private static final class Told {
        private final DisplaySettings own;
        private final Map<?, ?> subscription;
        private final boolean asked;
        /** The number of the value; 0 before it is known. */
        private long seq;

        private boolean underWay = true;

        private Told(SessionEntry session, boolean asked) {
            this.own = session.own;
            this.subscription = session.storedSubscription();
            this.asked = asked;
        }

        private boolean says(SessionEntry session) {
            return own == session.own && subscription == session.storedSubscription() && asked == isAsked(session);
        }
    }

    SharedSessions(SessionTable table, Supplier<Cluster> cluster) {
        this.table = table;
        this.cluster = cluster;
    }

    private static boolean isAsked(SessionEntry session) {
        return session.link == null
                ? session.asked
                : LinkMemory.of(session.link.attributes()).asked();
    }

    // ---- what others have

    /** At which displays reach the hosts that are there. */
    List<String> addresses() {
        Cluster hosts = cluster.get();
        return hosts == null
                ? List.of()
                : hosts.hosts().stream()
                        .filter(host -> !host.gone())
                        .flatMap(host -> host.url().stream())
                        .toList();
    }

    /** What another host, or an earlier run of this one, left of the session with a token of this digest. */
    Optional<SessionFile.Kept> find(String digest) {
        Cluster hosts = cluster.get();
        return hosts == null ? Optional.empty() : hosts.value(PREFIX + digest).flatMap(SharedSessions::read);
    }

    private static Optional<SessionFile.Kept> read(Cluster.Value value) {
        try {
            JsonNode document = JsonFile.MAPPER.readTree(value.content());
            Map<?, ?> map = JsonFile.MAPPER.convertValue(document, Map.class);
            return Optional.of(new SessionFile.Kept(
                    SessionEntry.fromMap(map),
                    Optional.empty(),
                    map.get("subscription") instanceof Map<?, ?> stored
                            ? Subscription.fromMap(stored).toMap()
                            : null,
                    Boolean.TRUE.equals(map.get("asked"))));
        } catch (IOException | RuntimeException e) {
            LOG.warn("a session that hosts share cannot be read: {}", e.toString());
            return Optional.empty();
        }
    }

    // ---- what this host tells

    /** Tells what has changed since. By the clock, while this host is with the others. */
    void tell(long now) {
        Cluster hosts = cluster.get();
        if (hosts == null) {
            told.clear();
            return;
        }
        boolean look = !looked || now - lookedAt >= LOOK;
        for (SessionEntry session : table.all()) {
            Told before = told.get(session.tokenDigest);
            if (session.keepOpen
                    && (before == null
                            || !before.underWay
                                    && (!before.says(session) || look && isOther(hosts, session, before)))) {
                put(hosts, session, isAsked(session));
            }
        }
        if (look) {
            looked = true;
            lookedAt = now;
        }
    }

    /** It asks for another subscription: told before that begins, as a display may be lost at any time. */
    void asks(SessionEntry session) {
        Cluster hosts = cluster.get();
        Told before = told.get(session.tokenDigest);
        if (hosts != null && session.keepOpen && (before == null || !before.asked)) {
            put(hosts, session, true);
        }
    }

    private static boolean isOther(Cluster hosts, SessionEntry session, Told before) {
        return hosts.value(PREFIX + session.tokenDigest).map(Cluster.Value::seq).orElse(0L) != before.seq;
    }

    private void put(Cluster hosts, SessionEntry session, boolean asked) {
        Told next = new Told(session, asked);
        told.put(session.tokenDigest, next);
        ObjectNode node = JsonFile.MAPPER.valueToTree(session.toMap());
        if (next.asked) {
            // it is not known which one it will be, and nobody goes on with it
            node.put("asked", true);
        } else if (next.subscription != null) {
            node.set("subscription", JsonFile.MAPPER.valueToTree(next.subscription));
        }
        byte[] content;
        try {
            content = JsonFile.MAPPER.writeValueAsBytes(node);
        } catch (JacksonException e) {
            throw new UncheckedIOException(e);
        }
        hosts.put(PREFIX + session.tokenDigest, Optional.of(content), Fence.ANY)
                .then(verdict -> answered(session.tokenDigest, next, verdict));
    }

    private void answered(String digest, Told what, Verdict verdict) {
        synchronized (table.lock) {
            what.underWay = false;
            if (verdict instanceof Verdict.Counted counted) {
                what.seq = counted.seq();
            } else if (verdict instanceof Verdict.Unknown) {
                told.remove(digest, what);
            }
        }
    }

    /** A session is over. */
    void over(SessionEntry session) {
        Told last = told.remove(session.tokenDigest);
        Cluster hosts = cluster.get();
        if (last != null && hosts != null) {
            hosts.put(PREFIX + session.tokenDigest, Optional.empty(), last.underWay ? Fence.ANY : last.seq);
        }
    }

    /** Another host goes on with it. */
    void moved(SessionEntry session) {
        told.remove(session.tokenDigest);
    }

    /**
     * The sessions with which another host has gone on.
     *
     * @param claimed whether this host is about to announce it as its own
     */
    List<SessionEntry> moved(Journal journal, Predicate<SessionEntry> claimed) {
        if (cluster.get() == null) {
            return List.of();
        }
        List<SessionEntry> moved = new ArrayList<>();
        for (SessionEntry session : table.all()) {
            Optional<Entry> known = journal.display(session.id);
            if (known.isPresent() && !journal.watches(known.get()) && !claimed.test(session)) {
                moved.add(session);
            }
        }
        return moved;
    }

    /** Ends what was left by hosts that are gone: sessions that nobody announces. About once in the window. */
    void clean(Journal journal, long now, long window) {
        Cluster hosts = cluster.get();
        if (hosts == null) {
            strangers.clear();
            return;
        }
        List<String> keys = hosts.keys(PREFIX);
        strangers.keySet().retainAll(keys);
        for (String key : keys) {
            Optional<Cluster.Value> value = hosts.value(key);
            boolean announced = value.flatMap(SharedSessions::read)
                    .map(kept -> kept.session().id)
                    .flatMap(journal::display)
                    .isPresent();
            if (announced || table.ofToken(key.substring(PREFIX.length())).isPresent()) {
                strangers.remove(key);
            } else if (now - strangers.computeIfAbsent(key, found -> now) > window) {
                hosts.put(key, Optional.empty(), value.map(Cluster.Value::seq).orElse(0L));
                strangers.remove(key);
            }
        }
    }
}
