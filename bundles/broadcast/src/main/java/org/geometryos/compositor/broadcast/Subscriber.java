package org.geometryos.compositor.broadcast;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.transport.api.Link;

/** What a shard knows of one display. Only its thread touches it; what must outlive it stands in the link. */
final class Subscriber {
    /**
     * With the half second after which a missing answer counts, less than 1.5 s of old updates wait for one that begins
     * to read again.
     */
    private static final long PING = TimeUnit.MILLISECONDS.toNanos(900);
    /** Multiples of the golden ratio's fraction lie evenly, however many there are. */
    private static final double SPREAD = 0.6180339887498949;
    /**
     * Neighbours whose answers come together: reading many at once costs less than being woken for each, but delays
     * what comes behind them.
     */
    private static final long TOGETHER = 16;
    /**
     * The same for displays of every update: at 60 Hz and 1000 of them a sixth less CPU time than with sixteen, where
     * they read at once.
     */
    private static final long TOGETHER_EVERY = Group.SIZE;

    final Link link;
    final LinkMemory memory;
    final long owner;
    final String session;
    final String codec;
    Subscription subscription;
    Group group;
    /** Place in the group's list of those in sync, -1 if it is not. */
    int index = -1;
    /** The group's count when this display's account began: due = count - base. */
    long base;
    /**
     * Everything wanted up to here was sent; kept while not in sync. The link's own may be older, with nothing wanted
     * in between.
     */
    long cursor;

    long delivered;
    /** What was due up to the cursor; kept while not in sync. */
    long dueAtCursor;

    long refused;
    /** The sequence was replaced, or what it missed is gone: nothing but a snapshot helps. */
    boolean needsSnapshot;
    /** A snapshot that follows is no gap: the epoch is new. */
    boolean newEpoch;
    /** The session was resumed: the newest states are repeated. */
    boolean repeat;
    /** Views up to here are repetitions and do not count. */
    long repeatTo;
    /** Ordered entries sent ahead of the cursor, and the last of them. */
    long aheadCount;

    long aheadSeq;
    /** Rate: the next time at which views may go out. */
    long nextViews;

    /** The version of the region that it has of its group's area, while not in sync; -1 if that is not known. */
    long area = -1;

    boolean timed;
    long nextHeartbeat;
    /** Whether it could not be given its last one. */
    boolean missesBeat;
    /** It has had a subscription; the next change of it is taken up at this time at the earliest. */
    boolean subscribed;

    long nextChange;
    /** Whether it waits for that time. */
    boolean changes;
    /** Whether it stands among those whose subscription begins next. */
    boolean asks;

    private long nextPing;

    /**
     * Takes the link over and reads how it stands; with the link's monitor, under which another shard notes what it has
     * sent.
     */
    Subscriber(Link link, long now) {
        this.link = link;
        this.nextPing = now;
        this.owner = link.acquire();
        this.memory = LinkMemory.of(link.attributes());
        this.session = memory.session();
        this.codec = memory.codec();
        this.subscription = memory.subscription();
        this.cursor = link.cursor();
        this.delivered = link.delivered();
        this.dueAtCursor = link.due();
        this.refused = memory.refused();
        this.aheadSeq = memory.ahead();
        this.nextViews = memory.viewsAt(now);
        OptionalLong welcomed = memory.resumed();
        if (!subscription.every() && welcomed.isPresent()) {
            this.repeat = true;
            this.repeatTo = welcomed.getAsLong();
        }
        this.subscribed = !subscription.none();
        // a second's worth may come at once
        this.nextChange = now - TimeUnit.SECONDS.toNanos(1);
        memory.owner(owner);
    }

    /** Whether what goes out now takes a ping along. */
    boolean wantsPing(long now) {
        return now - nextPing >= 0;
    }

    /**
     * The next ping has a time of the display's own and some neighbours', at most 900 ms away: so the answers of
     * thousands do not come all at once.
     */
    void pinged(long now) {
        long neighbours = link.id() / (subscription.every() ? TOGETHER_EVERY : TOGETHER);
        nextPing = now + PING - Math.floorMod(now - (long) (neighbours * SPREAD % 1 * PING), PING);
    }

    /** Whether no other shard has taken the link since. */
    boolean mine() {
        return memory.isOwner(owner);
    }

    /** How far in the sequence others got with it. */
    long served() {
        return Math.max(Math.max(cursor, aheadSeq), repeatTo);
    }

    boolean inSync() {
        return index >= 0;
    }

    boolean limited() {
        return subscription.rate().isPresent();
    }

    /** Nanoseconds between two sendings of views. */
    long period() {
        return (long) (1e9 / subscription.rate().getAsDouble());
    }

    /** All that was due up to the position of the group. */
    long due() {
        return group == null ? dueAtCursor : group.count - base;
    }
}
