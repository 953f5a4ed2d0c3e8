package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Link;

/**
 * The pass of a group: what its members want is laid out once and handed to each that is in sync. One thread at a time.
 */
final class FanOut {
    /** Links that are fetched into the processor's cache together, ahead of writing to them: their misses overlap. */
    private static final int FETCH = 16;

    private final JournalState state;
    private final GroupIndex groups;
    private final Members members;
    private final Outlet outlet;
    private final Batch batch;
    private final Figures figures;
    private final FailureLog failures;
    private final Consumer<Subscriber> drop;
    private final LongSupplier nanos;
    /** Members of the group under way whose batch ends with a ping. */
    private final List<Subscriber> pinged = new ArrayList<>();

    /** @param drop a display whose link is closed or has another owner */
    FanOut(
            JournalState state,
            GroupIndex groups,
            Members members,
            Outlet outlet,
            FailureLog failures,
            Consumer<Subscriber> drop,
            LongSupplier nanos) {
        this.state = state;
        this.groups = groups;
        this.members = members;
        this.outlet = outlet;
        this.batch = outlet.batch;
        this.figures = outlet.figures;
        this.failures = failures;
        this.drop = drop;
        this.nanos = nanos;
    }

    /** Puts a display into a group of those that want the same, which has sent what it had to. */
    void join(Subscriber subscriber) {
        Group.Key key = Group.Key.of(subscriber.codec, subscriber.subscription, subscriber.session);
        Group group = groups.withRoom(key);
        while (groups.isDirty(group)) {
            level(group);
            // its last member may have gone, and the group with it
            group = groups.withRoom(key);
        }
        group.members.add(subscriber);
        subscriber.group = group;
        // one for all of them
        subscriber.subscription = group.subscription;
    }

    /** Takes a display out of its group, if it is in one. */
    void leave(Subscriber subscriber) {
        Group group = subscriber.group;
        if (group == null) {
            return;
        }
        subscriber.dueAtCursor = subscriber.due();
        group.leave(subscriber);
        members.lagging.remove(subscriber);
        subscriber.group = null;
        group.members.remove(subscriber);
        if (group.members.isEmpty()) {
            groups.remove(group);
        }
    }

    /** Brings the members of a group that are in sync to the shard's position. */
    void level(Group group) {
        if (groups.takeDirty(group)) {
            flushSafely(group);
        }
    }

    void levelAll() {
        for (Group group = groups.firstDirty(); group != null; group = groups.firstDirty()) {
            level(group);
        }
    }

    private void flushSafely(Group group) {
        // nothing is pending where only the area has moved
        long before = group.pending.isEmpty()
                ? state.position()
                : group.pending.get(0).seq() - 1;
        long countBefore = group.count;
        group.count += group.pending.size();
        try {
            flush(group, before, countBefore);
        } catch (RuntimeException | Error e) {
            failures.report(group.key, e);
            for (Subscriber subscriber : List.copyOf(group.inSync)) {
                if (subscriber.cursor < state.position()) {
                    members.fallOut(subscriber, before, countBefore);
                } else if (group.moved()) {
                    // it may not have been told
                    members.fallOut(subscriber, state.position(), group.count);
                }
            }
        }
        if (group.area != null) {
            group.sent = group.area.version();
        }
        group.pending.clear();
    }

    private void flush(Group group, long before, long countBefore) {
        if (group.subscription.rate().isPresent()) {
            flushLimited(group, before, countBefore);
            return;
        }
        CodecRef codec = outlet.codec(group.key.codec());
        List<Entry> entries = group.outgoing();
        batch.clear();
        figures.begin();
        if (codec != null && !group.inSync.isEmpty()) {
            for (Entry entry : entries) {
                figures.add(entry);
                batch.add(group.encode(codec, entry, group.interest(entry).extent), codec.text());
            }
            if (group.moved()) {
                group.area
                        .steps(codec, group.sent, state.tiles(), state.position())
                        .forEach(message -> batch.add(message, codec.text()));
            }
        }
        try {
            handAll(group, codec, entries.size(), before, countBefore);
        } finally {
            batch.flush();
        }
    }

    private void handAll(Group group, CodecRef codec, int n, long before, long countBefore) {
        batch.together();
        int superseded = group.pending.size() - n;
        long now = nanos.getAsLong();
        boolean receipts = batch.receipts();
        pinged.clear();
        // the earliest first: its answer may be there before the pass ends, and goes out with the next one
        int fetched = 0;
        int taken = 0;
        for (int i = 0; i < group.inSync.size(); ) {
            if (i == fetched) {
                count(taken, n, superseded);
                taken = 0;
                fetched = Math.min(i + FETCH, group.inSync.size());
                for (int k = i; k < fetched; k++) {
                    group.inSync.get(k).link.prefetch();
                }
            }
            Subscriber subscriber = group.inSync.get(i);
            if (receipts && subscriber.wantsPing(now)) {
                pinged.add(subscriber);
                i++;
            } else if (hand(subscriber, codec, n, before, countBefore)) {
                i++;
                taken++;
            }
        }
        count(taken, n, superseded);
        if (!pinged.isEmpty()) {
            taken = 0;
            batch.ping();
            for (Subscriber subscriber : pinged) {
                if (hand(subscriber, codec, n, before, countBefore)) {
                    subscriber.pinged(now);
                    taken++;
                }
            }
            count(taken, n, superseded);
        }
    }

    private void count(int taken, int messages, int superseded) {
        figures.sent(taken);
        figures.account((long) taken * messages, (long) taken * superseded, 0);
    }

    /**
     * Gives a display in sync the batch of its group. @return whether it is still in sync; if not, another one has its
     * place in the list
     */
    private boolean hand(Subscriber subscriber, CodecRef codec, int messages, long before, long countBefore) {
        long delivered = subscriber.delivered + messages;
        Link.Sent sent = codec == null
                ? Link.Sent.BUSY
                : subscriber.link.send(subscriber.owner, batch, state.position(), delivered, subscriber.due());
        if (sent == Link.Sent.TAKEN) {
            subscriber.delivered = delivered;
            subscriber.cursor = state.position();
            return true;
        }
        if (sent == Link.Sent.BUSY) {
            members.fallOut(subscriber, before, countBefore);
        } else {
            drop.accept(subscriber);
        }
        return false;
    }

    /** The member of a group with a rate: what is ordered goes at once, views when their time has come. */
    private void flushLimited(Group group, long before, long countBefore) {
        for (Subscriber subscriber : List.copyOf(group.inSync)) {
            members.fallOut(subscriber, before, countBefore);
        }
        // not at once: who begins another subscription must not join a group whose entries of this pass are still to go
        // out
        members.again.addAll(group.members);
    }
}
