package org.geometryos.compositor.broadcast;

import org.geometryos.compositor.api.connection.LinkAttributes;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.transport.api.Link;

/** What a writer knows of one display. Only its thread touches it; what must outlive it stands in the link. */
final class Display {
    final Link link;
    final long owner;
    final String session;
    final String codec;
    Subscription subscription = Subscription.NONE;
    Group group;
    /** Place in the group's list of those in sync, -1 if it is not. */
    int index = -1;
    /** The group's count when this display's account began: due = count - base. */
    long base;
    long delivered;
    /** What was due up to the link's cursor; kept while not in sync. */
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
    long nextDue = System.nanoTime();
    boolean timed;
    long nextHeartbeat;
    long lastPing;

    Display(Link link) {
        this.link = link;
        this.owner = link.acquire();
        this.session = (String) link.attributes().get(LinkAttributes.SESSION);
        this.codec = (String) link.attributes().get(LinkAttributes.CODEC);
        this.delivered = link.delivered();
        this.dueAtCursor = link.due();
        this.refused = link.attributes().get(LinkAttributes.REFUSED) instanceof Long n ? n : 0;
        this.aheadSeq = link.attributes().get(LinkAttributes.AHEAD) instanceof Long n ? n : 0;
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
