package org.geometryos.compositor.operate;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkTap;

/**
 * The last messages of one session, as bytes, while somebody looks. It ends by itself with the first message after
 * nobody has asked for {@value #FORGOTTEN_SECONDS} s. Any thread.
 */
final class MessageWatch implements LinkTap {
    /** Bytes that are kept. */
    static final int KEPT = 4 << 20;
    /** Of a longer message only its length is kept. */
    static final int LONGEST = 256 << 10;
    /** What a message takes beside its bytes. */
    static final int OVERHEAD = 64;

    static final int FORGOTTEN_SECONDS = 15;

    private final LongSupplier nanos;
    private final LongSupplier micros;
    // guarded by this
    private final ArrayDeque<Seen> seen = new ArrayDeque<>();
    private Link link;
    private int bytes;
    /** Begins at the time of day, so that the numbers of a watch that takes the place of this one are above its. */
    private final long first;

    private long next;
    private long askedAt;

    /**
     * A message.
     *
     * @param number rises by one
     * @param time microseconds since the Unix epoch
     * @param sent whether it went to the display
     * @param length bytes
     * @param payload null if it was too long to be kept
     */
    record Seen(long number, long time, boolean sent, boolean text, int length, byte[] payload) {}

    MessageWatch(LongSupplier nanos, LongSupplier micros) {
        this.nanos = nanos;
        this.micros = micros;
        this.askedAt = nanos.getAsLong();
        this.first = Math.max(1, micros.getAsLong());
        this.next = first;
    }

    /**
     * Looks at a link from now on, and at no other.
     *
     * @return false if somebody else looks at it
     */
    synchronized boolean look(Link at) {
        askedAt = nanos.getAsLong();
        if (link == at) {
            return true;
        }
        end();
        boolean taken = at.tap(this);
        if (taken) {
            link = at;
        }
        return taken;
    }

    synchronized boolean forgotten() {
        return nanos.getAsLong() - askedAt > TimeUnit.SECONDS.toNanos(FORGOTTEN_SECONDS);
    }

    /** Looks no longer. */
    synchronized void end() {
        if (link != null) {
            link.untap(this);
            link = null;
        }
    }

    @Override
    public synchronized void message(boolean sent, ByteBuffer payload, boolean text) {
        if (link == null) {
            return;
        }
        if (forgotten()) {
            end();
            seen.clear();
            bytes = 0;
            return;
        }
        int length = payload.remaining();
        byte[] copy = null;
        if (length <= LONGEST) {
            copy = new byte[length];
            payload.get(copy);
        }
        seen.add(new Seen(next++, micros.getAsLong(), sent, text, length, copy));
        bytes += cost(seen.getLast());
        while (bytes > KEPT) {
            bytes -= cost(seen.poll());
        }
    }

    private static int cost(Seen message) {
        return OVERHEAD + (message.payload == null ? 0 : message.payload.length);
    }

    /**
     * The messages behind a number.
     *
     * @param most bytes of them together, but one at least
     */
    synchronized List<Seen> after(long number, int most) {
        askedAt = nanos.getAsLong();
        List<Seen> found = new ArrayList<>();
        int left = most;
        for (Seen message : seen) {
            if (message.number > number) {
                left -= cost(message);
                if (left < 0 && !found.isEmpty()) {
                    break;
                }
                found.add(message);
            }
        }
        return found;
    }

    /** How many messages behind a number this watch saw and holds no more. */
    synchronized long missed(long number) {
        long oldest = seen.isEmpty() ? next : seen.peek().number;
        return number < first ? 0 : Math.max(0, oldest - number - 1);
    }
}
