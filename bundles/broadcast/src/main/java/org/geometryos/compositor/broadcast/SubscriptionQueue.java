package org.geometryos.compositor.broadcast;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.geometryos.compositor.api.connection.LinkMemory;

/**
 * When the subscriptions that displays ask for may begin: first ones in a queue, changed ones at a pace, each with its
 * share of the time. One thread at a time.
 */
final class SubscriptionQueue {
    /** Those who begin give way to what is new after such a time. */
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(5);
    /** Beginning subscriptions take one part in so many of a shard's time, beyond what they may take at once. */
    private static final long BEGINNINGS_SHARE = 3;

    private static final long BEGINNINGS_SAVED = TimeUnit.MILLISECONDS.toNanos(250);
    /** One that is parked is tried again after such a time. */
    private static final long PARKED = TimeUnit.MILLISECONDS.toNanos(100);
    /** A second's worth of changes may come at once. */
    private static final long CHANGES_SAVED = TimeUnit.SECONDS.toNanos(1);
    /** In the long run a display's subscription changes at most so often. */
    private static final long CHANGE = TimeUnit.MILLISECONDS.toNanos(10);
    /** Bytes of snapshots per second that a display gets by changing its subscription. */
    private static final long CHANGE_BYTES = 2 << 20;
    /** Changed subscriptions take one part in so many of a shard's time. */
    private static final long CHANGES_SHARE = 10;

    private final LongSupplier nanos;
    /**
     * Displays whose subscription begins next, all with what there is then: those who ask for the same get the same
     * snapshot.
     */
    private final ArrayDeque<Subscriber> asking = new ArrayDeque<>();
    /**
     * Those whose snapshot has to wait until the sockets hold less: all at once would be asked in vain again and again.
     */
    private final Set<Subscriber> parked = new LinkedHashSet<>();
    /** Displays whose changed subscriptions have to wait, by when they may be taken up. */
    private final TreeSet<Subscriber> changing = new TreeSet<>(SubscriptionQueue::earlierChange);
    /** When the next ones may begin, and one of those parked. */
    private long nextBeginnings;

    private long nextParked;
    /** When the next changed subscription may be taken up. */
    private long nextChange;

    SubscriptionQueue(LongSupplier nanos) {
        this.nanos = nanos;
        this.nextChange = nanos.getAsLong() - CHANGES_SAVED;
        this.nextBeginnings = nanos.getAsLong() - BEGINNINGS_SAVED;
    }

    /** Whether a display has asked for a subscription and does not wait for its turn. */
    boolean asks(Subscriber subscriber) {
        return !subscriber.changes && !subscriber.asks && subscriber.memory.asked();
    }

    /** A subscription that was asked for and may be taken up, or null. */
    LinkMemory.Pending pending(Subscriber subscriber) {
        return asks(subscriber) ? subscriber.memory.pending().orElse(null) : null;
    }

    /** The display's subscription begins in its turn. */
    void enqueue(Subscriber subscriber) {
        subscriber.asks = true;
        asking.add(subscriber);
    }

    boolean mayBegin(long now) {
        return (!asking.isEmpty() || !parked.isEmpty() && now - nextParked >= 0) && now - nextBeginnings >= 0;
    }

    /**
     * Whether a display's changed subscription is taken up now; if not, its time comes. Meanwhile nothing that it sends
     * is handed out, so that it can only wait. What it has subscribed to so far goes on.
     */
    boolean mayChange(Subscriber subscriber) {
        long now = nanos.getAsLong();
        if (subscriber.changes) {
            return false;
        }
        if (now - subscriber.nextChange >= 0 && now - nextChange >= 0) {
            return true;
        }
        subscriber.changes = true;
        changing.add(subscriber);
        return false;
    }

    /**
     * Begins the subscriptions of those who have asked by now. What is left over, or has to be laid out anew, gives way
     * to what is new for the others.
     *
     * @param begin begins one, or gives false if its snapshot finds no room
     */
    void begin(Predicate<Subscriber> begin) {
        long began = nanos.getAsLong();
        long now = began;
        for (int n = asking.size(); n > 0 && now - began <= SLICE; n--) {
            begin(asking.poll(), begin);
            now = nanos.getAsLong();
        }
        while (!parked.isEmpty() && now - nextParked >= 0 && now - began <= SLICE) {
            Subscriber subscriber = parked.iterator().next();
            parked.remove(subscriber);
            begin(subscriber, begin);
            now = nanos.getAsLong();
        }
        nextBeginnings = Time.later(nextBeginnings, now - BEGINNINGS_SAVED) + (now - began) * BEGINNINGS_SHARE;
    }

    private void begin(Subscriber subscriber, Predicate<Subscriber> begin) {
        subscriber.asks = false;
        if (!begin.test(subscriber)) {
            subscriber.asks = true;
            parked.add(subscriber);
            nextParked = nanos.getAsLong() + PARKED;
        }
    }

    /** The next display whose changed subscription may be taken up now, or null. */
    Subscriber pollChange(long now) {
        if (changing.isEmpty() || changing.first().nextChange - now > 0 || nextChange - now > 0) {
            return null;
        }
        Subscriber subscriber = changing.pollFirst();
        subscriber.changes = false;
        return subscriber;
    }

    /** The earlier of a time and that at which there is something to do here. */
    long nextTurn(long first) {
        if (!asking.isEmpty()) {
            first = Time.earlier(first, nextBeginnings);
        }
        if (!parked.isEmpty()) {
            first = Time.earlier(first, Time.later(nextParked, nextBeginnings));
        }
        return changing.isEmpty() ? first : Time.earlier(first, Time.later(changing.first().nextChange, nextChange));
    }

    /** A display has got an answer to a changed subscription. */
    void answered(Subscriber subscriber, long began, int bytes) {
        long now = nanos.getAsLong();
        subscriber.nextChange = Time.later(subscriber.nextChange, now - CHANGES_SAVED)
                + Math.max(CHANGE, bytes * TimeUnit.SECONDS.toNanos(1) / CHANGE_BYTES);
        if (subscriber.subscribed) {
            nextChange = Time.later(nextChange, now - CHANGES_SAVED / CHANGES_SHARE) + (now - began) * CHANGES_SHARE;
        }
        subscriber.subscribed = true;
    }

    void forget(Subscriber subscriber) {
        parked.remove(subscriber);
        if (subscriber.changes) {
            changing.remove(subscriber);
        }
    }

    private static int earlierChange(Subscriber a, Subscriber b) {
        int first = Long.compare(a.nextChange - b.nextChange, 0);
        return first != 0 ? first : Long.compare(a.link.id(), b.link.id());
    }
}
