package org.geometryos.compositor.connections;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.transport.api.Link;

/**
 * The sessions there are, and nothing that follows from it. At all times
 *
 * <ul>
 *   <li>a session is found by its id, its display and its token, or it is {@link SessionEntry#ended} and found by none
 *       of them;
 *   <li>it has a link or waits for its display, never both;
 *   <li>a session that waits is among those just lost as long as its loss does not show;
 *   <li>the bytes of subscriptions are the sum over all sessions.
 * </ul>
 *
 * <p>{@link #lock} guards this table, the entries in it, and what the rooms around it hold in addition, as each says.
 * Every method is to be called with it.
 */
final class SessionTable {
    /** The one lock of this bundle's sessions. */
    final Object lock = new Object();

    private final Map<String, SessionEntry> byId = new HashMap<>();
    private final Map<String, SessionEntry> byDisplay = new HashMap<>();
    private final Map<String, SessionEntry> byToken = new HashMap<>();
    /** Those without a socket. */
    private final Waiting waiting = new Waiting();
    /** Of these, those whose loss does not show yet, in the same order. */
    private final Set<SessionEntry> justLost = new LinkedHashSet<>();

    private long subscriptionBytes;

    private boolean guarded() {
        return Thread.holdsLock(lock);
    }

    // ---- presence

    Optional<SessionEntry> get(String id) {
        assert guarded();
        return Optional.ofNullable(byId.get(id));
    }

    Optional<SessionEntry> ofDisplay(String display) {
        assert guarded();
        return Optional.ofNullable(byDisplay.get(display));
    }

    Optional<SessionEntry> ofToken(String digest) {
        assert guarded();
        return Optional.ofNullable(byToken.get(digest));
    }

    /** The session that a link has; none if it was ended, or went on to another link. */
    Optional<SessionEntry> of(Link link) {
        return get(LinkMemory.of(link.attributes()).session()).filter(session -> session.link == link);
    }

    /** The session that waits since this link, the last it had, was lost. */
    Optional<SessionEntry> waitingFrom(Link link) {
        assert guarded();
        return Optional.ofNullable(waiting.get(LinkMemory.of(link.attributes()).session()))
                .filter(session -> session.lastLink == link.id());
    }

    /** All, in no order; what is read while sessions end must be copied. */
    Collection<SessionEntry> all() {
        assert guarded();
        return byId.values();
    }

    int connected() {
        assert guarded();
        return byId.size() - waiting.size();
    }

    int waiting() {
        assert guarded();
        return waiting.size();
    }

    /** How many of those that wait have a loss that does not show yet. */
    int justLost() {
        assert guarded();
        return justLost.size();
    }

    /** What the sessions that wait take, estimated. */
    long waitingBytes() {
        assert guarded();
        return waiting.bytes();
    }

    /** What all subscriptions take, estimated. */
    long subscriptionBytes() {
        assert guarded();
        return subscriptionBytes;
    }

    // ---- how they change

    void add(SessionEntry session) {
        assert guarded();
        byId.put(session.id, session);
        byDisplay.put(session.display, session);
        byToken.put(session.tokenDigest, session);
    }

    /** The session is on a link from now on. */
    void attach(SessionEntry session, Link link) {
        assert guarded();
        LinkMemory memory = LinkMemory.of(link.attributes());
        session.link = link;
        session.lastLink = link.id();
        memory.storedSubscription().ifPresent(subscription -> counts(session, Subscription.bytes(subscription)));
        session.subscription = null;
        session.asked = false;
        session.lossShown = false;
        waiting.remove(session);
        justLost.remove(session);
        session.role = memory.role().orElse(session.role);
    }

    /** A session leaves its link, which no table takes up again. */
    void detach(SessionEntry session) {
        assert guarded();
        if (session.link != null) {
            LinkMemory.of(session.link.attributes()).sessionLeft();
            session.link = null;
        }
    }

    /** A session loses its link and waits from now on. The link's own record stays for a table beside this one. */
    void part(SessionEntry session, Link link, long now, boolean shows) {
        assert guarded();
        session.subscription =
                LinkMemory.of(link.attributes()).storedSubscription().orElse(null);
        session.source = session.key + " " + link.handshake().remoteAddress();
        session.link = null;
        waits(session, now, shows);
    }

    /** A session that another table kept waits here. @param shows whether the others know that it is lost */
    void waits(SessionEntry session, Map<?, ?> subscription, long since, boolean shows) {
        assert guarded();
        session.subscription = subscription;
        counts(session, Subscription.bytes(subscription));
        waits(session, since, shows);
    }

    private void waits(SessionEntry session, long since, boolean shows) {
        session.lostAt = since;
        session.lossShown = shows;
        waiting.add(session);
        if (!shows) {
            justLost.add(session);
        }
    }

    /**
     * A session is over and found no more; what it was stays in the entry, with its link.
     *
     * @return false if it was over already
     */
    boolean remove(SessionEntry session) {
        assert guarded();
        if (session.ended) {
            return false;
        }
        session.ended = true;
        byId.remove(session.id, session);
        byDisplay.remove(session.display, session);
        byToken.remove(session.tokenDigest, session);
        waiting.remove(session);
        justLost.remove(session);
        counts(session, 0);
        return true;
    }

    /** A session that is over leaves the link it has, or had last, which is told if that was its last session. */
    void release(SessionEntry session, Link link) {
        assert guarded();
        LinkMemory memory = LinkMemory.of(link.attributes());
        if (memory.session().equals(session.id)) {
            memory.sessionEnded();
        }
        session.link = null;
    }

    /** What the session's subscription takes, from now on. */
    void counts(SessionEntry session, long bytes) {
        assert guarded();
        subscriptionBytes += bytes - session.subscriptionBytes;
        session.subscriptionBytes = bytes;
    }

    // ---- who is next

    /** All, those with the largest subscriptions first. */
    List<SessionEntry> largest() {
        assert guarded();
        List<SessionEntry> most = new ArrayList<>(byId.values());
        most.sort(Comparator.comparingLong((SessionEntry session) -> session.subscriptionBytes)
                .reversed());
        return most;
    }

    /** The session that has to go next, if more wait than may. */
    Optional<SessionEntry> tooMany(int most, long mostBytes) {
        assert guarded();
        return waiting.size() > most || waiting.bytes() > mostBytes && waiting.size() > 1
                ? Optional.of(waiting.first())
                : Optional.empty();
    }

    /** A session that was lost at this time or before and whose loss did not show; from now on it counts as shown. */
    Optional<SessionEntry> nextLoss(long until) {
        assert guarded();
        Optional<SessionEntry> next = justLost.stream().findFirst().filter(session -> session.lostAt - until <= 0);
        next.ifPresent(session -> {
            justLost.remove(session);
            session.lossShown = true;
        });
        return next;
    }

    /** Those that wait, from the one that was lost first to the first for which something does not hold. */
    List<SessionEntry> oldest(Predicate<SessionEntry> condition) {
        assert guarded();
        return waiting.oldest(condition);
    }
}
