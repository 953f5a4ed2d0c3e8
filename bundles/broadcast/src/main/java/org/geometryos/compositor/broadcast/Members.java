package org.geometryos.compositor.broadcast;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.transport.api.Link;

/** The displays of a shard, which of them are in sync, and their accounts. One thread at a time. */
final class Members {
    /** Those that are not in sync. */
    final Set<Subscriber> lagging = new LinkedHashSet<>();
    /** Those to be served again in the next turn. */
    final Set<Subscriber> again = new LinkedHashSet<>();

    private final Map<Long, Subscriber> subscribers = new HashMap<>();
    private final JournalState state;

    Members(JournalState state) {
        this.state = state;
    }

    boolean isEmpty() {
        return subscribers.isEmpty();
    }

    int size() {
        return subscribers.size();
    }

    Collection<Subscriber> all() {
        return subscribers.values();
    }

    /** The one of a link, or null. */
    Subscriber get(Link link) {
        return subscribers.get(link.id());
    }

    /** Whether it is here, and was not replaced by another one of the same link. */
    boolean has(Subscriber subscriber) {
        return subscribers.get(subscriber.link.id()) == subscriber;
    }

    void add(Subscriber subscriber) {
        subscribers.put(subscriber.link.id(), subscriber);
    }

    void remove(Subscriber subscriber) {
        lagging.remove(subscriber);
        again.remove(subscriber);
        subscribers.remove(subscriber.link.id(), subscriber);
    }

    /** A display in sync up to a position could not be given what follows. */
    void fallOut(Subscriber subscriber, long before, long countBefore) {
        subscriber.dueAtCursor = countBefore - subscriber.base;
        subscriber.cursor = before;
        subscriber.group.leave(subscriber);
        lagging.add(subscriber);
    }

    /** The display has everything up to the shard's position, and {@code due} says how much that was. */
    void settle(Subscriber subscriber, long due) {
        subscriber.cursor = state.position();
        subscriber.dueAtCursor = due;
        subscriber.base = subscriber.group.count - due;
        lagging.remove(subscriber);
        subscriber.group.enter(subscriber);
    }

    /** Sets the account of a display that stands at its cursor. */
    void setAccount(Subscriber subscriber) {
        subscriber.aheadCount = 0;
        subscriber.base = subscriber.group.count - subscriber.dueAtCursor - countMissed(subscriber);
    }

    /**
     * How many entries a display wants between its cursor and the shard's position; of a resumed one, without the views
     * that are only repeated. What the journal holds no more cannot be counted, but for the newest view of each camera.
     */
    private long countMissed(Subscriber subscriber) {
        long count = 0;
        long at = subscriber.cursor;
        while (at < state.position()) {
            Page page = state.journal().read(at, 1024);
            for (Entry entry : page.entries()) {
                Interest interest = subscriber.group.interest(entry);
                if (entry.seq() > state.position() || !due(subscriber, entry, interest)) {
                    continue;
                }
                count++;
                if (!interest.view && entry.seq() <= subscriber.aheadSeq) {
                    subscriber.aheadCount++;
                }
            }
            if (page.gone() > at) {
                count += countNewest(subscriber, at, page);
            }
            at = page.to();
        }
        return count;
    }

    private static boolean due(Subscriber subscriber, Entry entry, Interest interest) {
        return interest.wanted() && !(interest.view && subscriber.repeat && entry.seq() <= subscriber.repeatTo);
    }

    /** The newest views that a page should hold and that are gone from the journal: they are sent all the same. */
    private long countNewest(Subscriber subscriber, long after, Page page) {
        long count = 0;
        for (Entry entry : state.views().values()) {
            Interest interest = subscriber.group.interest(entry);
            if (entry.seq() > after
                    && entry.seq() <= Math.min(page.gone(), state.position())
                    && interest.view
                    && due(subscriber, entry, interest)
                    && page.entries().stream().noneMatch(held -> held.seq() == entry.seq())) {
                count++;
            }
        }
        return count;
    }
}
