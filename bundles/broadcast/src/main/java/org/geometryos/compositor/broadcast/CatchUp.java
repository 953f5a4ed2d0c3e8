package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.transport.api.Batch;

/**
 * Displays that are not in sync catch up from their own cursor: each entry, the newest state, or a snapshot if what
 * they missed is gone. One thread at a time.
 */
final class CatchUp {
    /** Entries per reading of the journal. */
    private static final int PAGE = 64;

    private static final int CATCH_UP_BYTES = 32 * 1024;
    /** Batches per turn of a display that catches up, so that it does not hold up the others. */
    private static final int CATCH_UP_TURNS = 8;

    private final JournalState state;
    private final Members members;
    private final Outlet outlet;
    private final Batch batch;
    private final Figures figures;
    private final Snapshots snapshots;
    private final Subscriptions subscriptions;
    private final SubscriptionQueue admission;
    private final LongSupplier nanos;
    /** Displays with a rate whose views wait, by when they may go out. */
    private final TreeSet<Subscriber> timed = new TreeSet<>(CatchUp::earlierViews);

    CatchUp(
            JournalState state,
            Members members,
            Outlet outlet,
            Snapshots snapshots,
            Subscriptions subscriptions,
            SubscriptionQueue admission,
            LongSupplier nanos) {
        this.state = state;
        this.members = members;
        this.outlet = outlet;
        this.batch = outlet.batch;
        this.figures = outlet.figures;
        this.snapshots = snapshots;
        this.subscriptions = subscriptions;
        this.admission = admission;
        this.nanos = nanos;
    }

    /** Sends a display that is not in sync what it has missed, as far as its link takes it. */
    void serve(Subscriber subscriber) {
        CodecRef codec = outlet.codec(subscriber.codec);
        if (codec == null || state.journal() == null) {
            return;
        }
        long after = Math.max(subscriber.cursor, subscriber.aheadSeq);
        if (!subscriber.needsSnapshot && (state.lost(subscriber.subscription, after) || lostArea(subscriber, after))) {
            subscriber.needsSnapshot = true;
        }
        LinkMemory.Pending pending = admission.pending(subscriber);
        if (subscriber.needsSnapshot) {
            startAnew(subscriber, codec, pending);
        } else if (subscriber.subscription.every()) {
            sendEach(subscriber, codec, pending);
        } else if (pending == null && subscriber.limited() && nanos.getAsLong() - subscriber.nextViews < 0) {
            sendAhead(subscriber, codec);
        } else {
            sendNewest(subscriber, codec, pending);
        }
    }

    private static boolean lostArea(Subscriber subscriber, long after) {
        return subscriber.group.area != null && subscriber.group.area.lost(after);
    }

    private static boolean lacksArea(Subscriber subscriber) {
        return subscriber.group.area != null && subscriber.area != subscriber.group.area.version();
    }

    /** Adds what a display that has everything else needs where its area has moved. */
    private void addSteps(Subscriber subscriber, CodecRef codec) {
        Area area = subscriber.group.area;
        if (area != null) {
            area.steps(codec, subscriber.area, state.tiles(), state.position())
                    .forEach(message -> batch.add(message, codec.text()));
        }
    }

    /** The next display whose views may go out now, or null. */
    Subscriber pollTimed(long now) {
        if (timed.isEmpty() || timed.first().nextViews - now > 0) {
            return null;
        }
        Subscriber subscriber = timed.pollFirst();
        subscriber.timed = false;
        return subscriber;
    }

    /** The earlier of a time and that at which there is something to do here. */
    long nextTurn(long first) {
        return timed.isEmpty() ? first : Time.earlier(first, timed.first().nextViews);
    }

    void forget(Subscriber subscriber) {
        if (subscriber.timed) {
            timed.remove(subscriber);
        }
    }

    /**
     * Sends the last of what a display had to catch up with, and begins the subscription that was asked for, if one
     * was.
     *
     * @param refused of what was due since the cursor
     */
    private boolean sendLast(
            Subscriber subscriber, CodecRef codec, LinkMemory.Pending pending, long delivered, long due, long refused) {
        if (pending != null) {
            subscriptions.addAnswer(subscriber, codec, pending);
        }
        if (!outlet.took(subscriber, subscriber.link.send(subscriber.owner, batch, state.position(), delivered, due))) {
            return false;
        }
        long more = delivered - subscriber.delivered;
        figures.account(more, due - subscriber.dueAtCursor - more - refused, refused);
        figures.sent(1);
        subscriber.delivered = delivered;
        members.settle(subscriber, due);
        return true;
    }

    private void startAnew(Subscriber subscriber, CodecRef codec, LinkMemory.Pending pending) {
        if (!subscriber.link.takes(state.estimate(subscriber.subscription, snapshots.tiles(subscriber.subscription)))) {
            return;
        }
        batch.clear();
        figures.begin();
        long delivered = subscriber.delivered + subscriber.aheadCount;
        long due = subscriber.newEpoch ? subscriber.dueAtCursor + subscriber.aheadCount : subscriber.due();
        long refused = subscriber.refused + due - subscriber.dueAtCursor - subscriber.aheadCount;
        if (!subscriber.newEpoch) {
            batch.add(
                    codec.codec().encode(new ServerMessage.Gap(subscriber.cursor + 1, state.position())), codec.text());
        }
        for (byte[] message : snapshots.encode(codec, subscriber.subscription, Subscription.NONE, true)) {
            batch.add(message, codec.text());
        }
        outlet.ping(subscriber);
        synchronized (subscriber.link) {
            if (!sendLast(subscriber, codec, pending, delivered, due, refused - subscriber.refused)) {
                return;
            }
            subscriber.memory.refused(refused);
            subscriber.memory.streams(state.journal().epoch());
            subscriber.refused = refused;
            subscriber.needsSnapshot = false;
            subscriber.newEpoch = false;
            subscriber.repeat = false;
            subscriber.aheadCount = 0;
            subscriber.aheadSeq = 0;
            if (pending != null) {
                subscriptions.begun(subscriber, pending);
            }
        }
    }

    private void sendEach(Subscriber subscriber, CodecRef codec, LinkMemory.Pending pending) {
        for (int turn = 0; turn < CATCH_UP_TURNS; turn++) {
            long at = subscriber.cursor;
            long to = at;
            int n = 0;
            batch.clear();
            figures.begin();
            while (to < state.position() && batch.size() < CATCH_UP_BYTES) {
                Page page = state.journal().read(to, PAGE);
                if (page.gone() > 0 && state.lost(subscriber.subscription, to)) {
                    break;
                }
                for (Entry entry : page.entries()) {
                    Interest interest = subscriber.group.interest(entry);
                    if (entry.seq() <= state.position() && interest.wanted()) {
                        batch.add(subscriber.group.encode(codec, entry, interest.extent), codec.text());
                        figures.add(entry);
                        n++;
                    }
                }
                to = Math.min(page.to(), state.position());
            }
            if (to == at && at < state.position()) {
                // gone while we read: the next turn finds out
                break;
            }
            outlet.ping(subscriber);
            if (to == state.position()) {
                addSteps(subscriber, codec);
                synchronized (subscriber.link) {
                    if (sendLast(subscriber, codec, pending, subscriber.delivered + n, subscriber.dueAtCursor + n, 0)
                            && pending != null) {
                        subscriptions.begun(subscriber, pending);
                    }
                }
                return;
            }
            if (!outlet.took(
                    subscriber,
                    subscriber.link.send(
                            subscriber.owner, batch, to, subscriber.delivered + n, subscriber.dueAtCursor + n))) {
                return;
            }
            figures.account(n, 0, 0);
            figures.sent(1);
            subscriber.cursor = to;
            subscriber.delivered += n;
            subscriber.dueAtCursor += n;
        }
        members.again.add(subscriber);
    }

    private void sendNewest(Subscriber subscriber, CodecRef codec, LinkMemory.Pending pending) {
        List<Entry> entries = new ArrayList<>();
        int repeated = 0;
        for (Entry entry : state.views().values()) {
            if (wantsView(subscriber, entry)) {
                entries.add(entry);
                if (subscriber.repeat && entry.seq() <= subscriber.repeatTo) {
                    repeated++;
                }
            }
        }
        if (!addOrdered(subscriber, entries)) {
            return;
        }
        entries.sort(Comparator.comparingLong(Entry::seq));
        batch.clear();
        figures.begin();
        for (Entry entry : entries) {
            if (!subscriber.repeat || entry.seq() > subscriber.repeatTo) {
                figures.add(entry);
            }
            Interest interest = subscriber.group.interest(entry);
            boolean repeatedView = !interest.view && entry.seq() <= subscriber.cursor;
            batch.add(
                    subscriber.group.encode(codec, entry, repeatedView ? Extent.VIEW : interest.extent), codec.text());
        }
        addSteps(subscriber, codec);
        outlet.ping(subscriber);
        synchronized (subscriber.link) {
            if (!sendLast(
                    subscriber,
                    codec,
                    pending,
                    subscriber.delivered + entries.size() - repeated + subscriber.aheadCount,
                    subscriber.due(),
                    0)) {
                return;
            }
            subscriber.aheadCount = 0;
            if (subscriber.repeat) {
                subscriber.repeat = false;
                subscriber.memory.repeated();
            }
            if (subscriber.limited()) {
                // not later than asked for, but a late one is not made up for by one too early
                long period = subscriber.period();
                scheduleViews(subscriber, Math.max(subscriber.nextViews, nanos.getAsLong() - period / 10) + period);
                subscriber.memory.viewsFrom(subscriber.nextViews);
            }
            if (pending != null) {
                subscriptions.begun(subscriber, pending);
            }
        }
    }

    /**
     * Whether a camera's newest view is still to be sent, or sent again. A transaction comes whole with what is
     * ordered; of one that the display has had only the view can be repeated.
     */
    private static boolean wantsView(Subscriber subscriber, Entry entry) {
        Interest interest = subscriber.group.interest(entry);
        if (interest.view) {
            return subscriber.repeat || entry.seq() > subscriber.cursor;
        }
        return interest.wanted() && interest.extent.view && subscriber.repeat && entry.seq() <= subscriber.cursor;
    }

    /** A display with a rate whose time has not come: only what is ordered, ahead of the views held back. */
    private void sendAhead(Subscriber subscriber, CodecRef codec) {
        if (!subscriber.timed) {
            subscriber.timed = true;
            timed.add(subscriber);
        }
        List<Entry> entries = new ArrayList<>();
        if (!addOrdered(subscriber, entries) || entries.isEmpty() && !lacksArea(subscriber)) {
            return;
        }
        // a region is as of the position: nothing from before it may follow
        long ahead = lacksArea(subscriber)
                ? state.position()
                : entries.get(entries.size() - 1).seq();
        batch.clear();
        for (Entry entry : entries) {
            batch.add(subscriber.group.encode(codec, entry, subscriber.group.interest(entry).extent), codec.text());
        }
        addSteps(subscriber, codec);
        synchronized (subscriber.link) {
            if (!outlet.took(
                    subscriber,
                    subscriber.link.send(
                            subscriber.owner,
                            batch,
                            subscriber.cursor,
                            subscriber.delivered,
                            subscriber.dueAtCursor))) {
                return;
            }
            if (subscriber.group.area != null) {
                subscriber.area = subscriber.group.area.version();
            }
            subscriber.aheadCount += entries.size();
            subscriber.aheadSeq = ahead;
            subscriber.memory.ahead(subscriber.aheadSeq, subscriber.aheadCount);
        }
    }

    /**
     * Adds what is ordered and was not sent. @return false if some of it went while it was read: the next turn finds
     * out
     */
    private boolean addOrdered(Subscriber subscriber, List<Entry> to) {
        long after = Math.max(subscriber.cursor, subscriber.aheadSeq);
        for (long at = after; at < state.position(); ) {
            Page page = state.journal().readOrdered(at, 1024);
            for (Entry entry : page.entries()) {
                Interest interest = subscriber.group.interest(entry);
                if (entry.seq() <= state.position() && interest.wanted() && !interest.view) {
                    to.add(entry);
                }
            }
            at = page.to();
        }
        if (state.lost(subscriber.subscription, after)) {
            members.again.add(subscriber);
            return false;
        }
        return true;
    }

    /** Sets when the views of a display with a rate may go out next. */
    private void scheduleViews(Subscriber subscriber, long at) {
        if (subscriber.timed) {
            timed.remove(subscriber);
            subscriber.timed = false;
        }
        subscriber.nextViews = at;
    }

    private static int earlierViews(Subscriber a, Subscriber b) {
        int first = Long.compare(a.nextViews - b.nextViews, 0);
        return first != 0 ? first : Long.compare(a.link.id(), b.link.id());
    }
}
