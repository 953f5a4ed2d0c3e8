package org.geometryos.compositor.broadcast;

import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.transport.api.Batch;

/** The heartbeats of all displays of a shard, which carry their accounts. One thread at a time. */
final class Heartbeats {
    /**
     * A heartbeat that a display did not take is tried again after this time, unless the display can take more before.
     */
    private static final long BEAT_AGAIN = TimeUnit.SECONDS.toNanos(1);

    private static final long HEARTBEAT_DEFAULT = 10_000;
    /** They give way to what is new after such a time. */
    private static final long SLICE = TimeUnit.MILLISECONDS.toNanos(5);
    /** How much too late one may be, as the shard looks at the clock in scans. */
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(100);

    private final JournalState state;
    private final Members members;
    private final FanOut fanOut;
    private final Outlet outlet;
    private final Batch batch;
    private final FailureLog failures;
    private final LongSupplier nanos;
    private final LongSupplier micros;
    /** All displays, by the time of their next heartbeat, which does not change while they are in here. */
    private final TreeSet<Subscriber> beating = new TreeSet<>(Heartbeats::beforeOrAfter);
    /** Whether some have given way to what is new. */
    private boolean left;

    Heartbeats(
            JournalState state,
            Members members,
            FanOut fanOut,
            Outlet outlet,
            FailureLog failures,
            LongSupplier nanos,
            LongSupplier micros) {
        this.state = state;
        this.members = members;
        this.fanOut = fanOut;
        this.outlet = outlet;
        this.batch = outlet.batch;
        this.failures = failures;
        this.nanos = nanos;
        this.micros = micros;
    }

    void add(Subscriber subscriber) {
        subscriber.nextHeartbeat = subscriber.memory.heartbeatAt(nanos.getAsLong()) + interval(subscriber);
        beating.add(subscriber);
    }

    void forget(Subscriber subscriber) {
        beating.remove(subscriber);
    }

    /** Whether some have given way to what is new. */
    boolean left() {
        return left;
    }

    /** Serves those whose time has come, and looks at no other. */
    void send(long now) {
        left = false;
        long until = nanos.getAsLong() + SLICE;
        while (!beating.isEmpty() && beating.first().nextHeartbeat - now <= 0) {
            if (nanos.getAsLong() - until > 0) {
                left = true;
                return;
            }
            Subscriber subscriber = beating.pollFirst();
            boolean sent = false;
            try {
                sent = sendTo(subscriber, now);
            } catch (RuntimeException | Error e) {
                failures.report(subscriber.link, e);
            }
            if (members.has(subscriber)) {
                if (!sent) {
                    // one that is busy is looked at when it can take more
                    subscriber.missesBeat = true;
                    subscriber.nextHeartbeat = now + BEAT_AGAIN;
                }
                beating.add(subscriber);
            }
        }
    }

    /** A display that could not be given its heartbeat may take it now. */
    void retry(Subscriber subscriber) {
        if (subscriber.missesBeat && beating.remove(subscriber)) {
            subscriber.nextHeartbeat = nanos.getAsLong();
            subscriber.missesBeat = false;
            beating.add(subscriber);
        }
    }

    /** @return whether it was sent */
    private boolean sendTo(Subscriber subscriber, long now) {
        CodecRef codec = outlet.codec(subscriber.codec);
        if (codec == null || !subscriber.link.takes(0)) {
            return false;
        }
        if (subscriber.group != null) {
            fanOut.level(subscriber.group);
        }
        boolean here = subscriber.group == null || subscriber.inSync();
        // one without a subscription keeps its number while the journal is away, as the next one may be of another
        // epoch
        boolean atPosition = subscriber.inSync() || here && state.journal() != null;
        long cursor = atPosition ? state.position() : subscriber.cursor;
        long due = here ? subscriber.due() : subscriber.dueAtCursor;
        batch.clear();
        batch.add(
                codec.codec()
                        .encode(new ServerMessage.Heartbeat(
                                micros.getAsLong(),
                                cursor,
                                subscriber.delivered,
                                due - subscriber.delivered - subscriber.refused,
                                subscriber.refused)),
                codec.text());
        batch.ping();
        subscriber.pinged(now);
        if (outlet.took(subscriber, subscriber.link.send(subscriber.owner, batch, cursor, subscriber.delivered, due))) {
            subscriber.memory.heartbeatSent(now);
            subscriber.nextHeartbeat = now + interval(subscriber);
            subscriber.missesBeat = false;
            if (subscriber.group == null && state.journal() != null) {
                // while the journal is away, the next one repeats it
                subscriber.cursor = cursor;
                subscriber.memory.epoch(state.journal().epoch());
            }
            return true;
        }
        return false;
    }

    private static long interval(Subscriber subscriber) {
        // earlier, so that the interval is the longest silence and not the shortest
        return TimeUnit.MILLISECONDS.toNanos(subscriber.memory.heartbeatInterval(HEARTBEAT_DEFAULT)) - LATE;
    }

    private static int beforeOrAfter(Subscriber a, Subscriber b) {
        int first = Long.compare(a.nextHeartbeat - b.nextHeartbeat, 0);
        return first != 0 ? first : Long.compare(a.link.id(), b.link.id());
    }
}
