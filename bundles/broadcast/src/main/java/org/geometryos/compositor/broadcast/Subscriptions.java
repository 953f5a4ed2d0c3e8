package org.geometryos.compositor.broadcast;

import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.transport.api.Batch;

/** Subscriptions that begin: the answer, and what follows from it. One thread at a time. */
final class Subscriptions {
    private final JournalState state;
    private final Members members;
    private final FanOut fanOut;
    private final Outlet outlet;
    private final Batch batch;
    private final Snapshots snapshots;
    private final SubscriptionQueue admission;
    private final LongSupplier nanos;
    private boolean full;

    Subscriptions(
            JournalState state,
            Members members,
            FanOut fanOut,
            Outlet outlet,
            Snapshots snapshots,
            SubscriptionQueue admission,
            LongSupplier nanos) {
        this.state = state;
        this.members = members;
        this.fanOut = fanOut;
        this.outlet = outlet;
        this.batch = outlet.batch;
        this.snapshots = snapshots;
        this.admission = admission;
        this.nanos = nanos;
    }

    /** Whether a snapshot has found no room since this was asked last. */
    boolean wasFull() {
        boolean was = full;
        full = false;
        return was;
    }

    /** Begins a subscription of a display that has everything so far. One that has not does so with the last of it. */
    void begin(Subscriber subscriber, LinkMemory.Pending pending) {
        CodecRef codec = outlet.codec(subscriber.codec);
        if (codec == null || state.journal() == null) {
            // nobody tells when they are back: the scan looks at those who lag
            if (subscriber.inSync()) {
                members.fallOut(subscriber, state.position(), subscriber.group.count);
            } else if (subscriber.group == null) {
                members.lagging.add(subscriber);
            }
            return;
        }
        if (!subscriber.link.takes(state.estimate(pending.subscription(), snapshots.tiles(pending.subscription())))) {
            full = subscriber.link.takes(0);
            if (subscriber.inSync()) {
                members.fallOut(subscriber, state.position(), subscriber.group.count);
            } else if (subscriber.group == null && !full) {
                // its time comes again with the scan
                members.lagging.add(subscriber);
            }
            return;
        }
        long began = nanos.getAsLong();
        batch.clear();
        addAnswer(subscriber, codec, pending);
        synchronized (subscriber.link) {
            int bytes = batch.size();
            if (outlet.took(
                    subscriber,
                    subscriber.link.send(
                            subscriber.owner, batch, state.position(), subscriber.delivered, subscriber.due()))) {
                subscriber.cursor = state.position();
                admission.answered(subscriber, began, bytes);
                begun(subscriber, pending);
            } else if (subscriber.inSync()) {
                // so that what comes meanwhile does not get ahead of it again and again
                members.fallOut(subscriber, state.position(), subscriber.group.count);
            }
        }
    }

    /** Adds the answer to a subscription: ack and snapshot. */
    void addAnswer(Subscriber subscriber, CodecRef codec, LinkMemory.Pending pending) {
        Subscription next = pending.subscription();
        pending.id()
                .map(id -> id instanceof Long n ? new RequestId.Number(n) : new RequestId.Text((String) id))
                .ifPresent(id ->
                        batch.add(codec.codec().encode(new ServerMessage.Ack(id, OptionalLong.empty())), codec.text()));
        if (!next.none() || !pending.silent()) {
            for (byte[] message :
                    snapshots.encode(codec, next, subscriber.subscription, subscriber.subscription.none())) {
                batch.add(message, codec.text());
            }
        }
    }

    /** The answer to a subscription is sent, and the display has everything up to the shard's position. */
    void begun(Subscriber subscriber, LinkMemory.Pending pending) {
        fanOut.leave(subscriber);
        members.lagging.remove(subscriber);
        subscriber.subscription = pending.subscription();
        subscriber.memory.subscribed(pending, state.journal().epoch());
        subscriber.repeat = false;
        subscriber.aheadSeq = 0;
        if (!subscriber.subscription.none()) {
            fanOut.join(subscriber);
            members.settle(subscriber, subscriber.dueAtCursor);
        }
        subscriber.link.resume();
    }
}
