package org.geometryos.compositor.transport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What comes in on one link, until it is handed on. Jetty hands frames in one by one. While a message cannot be handed
 * on (no handler, the handler asked for a pause, replies wait to be read, the link rests), what was read already is
 * held and {@link Wire} reads no more. Jetty's demand is no means for that: one that another thread makes while the
 * reading thread is about to leave is lost (12.0.32), and nothing is read ever after. Times are
 * {@link System#nanoTime()}. Any thread, unless said otherwise.
 *
 * <p>It is one class, since one lock guards what is held, why it is held and when it goes on.
 */
abstract class Inbox {
    /** What a message that waits takes beside its bytes. */
    static final int HELD_OVERHEAD = 96;
    /**
     * Frames that say nothing (pings, fragments of a few bytes): one second's worth may come at once, what they cost at
     * most.
     */
    static final long IDLE_FRAME = TimeUnit.MILLISECONDS.toNanos(5);

    static final int IDLE_FRAGMENT = 16;
    static final long IDLE_FRAMES = TimeUnit.SECONDS.toNanos(1);
    /** The same while all links together send too many of them ({@link IdleFrames}): two a second, ten at once. */
    static final long SCARCE_IDLE_FRAME = TimeUnit.MILLISECONDS.toNanos(500);

    static final long SCARCE_IDLE_FRAMES = TimeUnit.SECONDS.toNanos(5);

    static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(1);

    private static final Runnable NOTHING = () -> {};

    /** What came of a frame with data. */
    enum Taken {
        /** Whatever follows may come. */
        TAKEN,
        /** The message is longer than may be. */
        TOO_LONG,
        /** It claims to be text, and is not UTF-8. */
        NO_TEXT
    }

    private enum Flow {
        FLOWING,
        DELIVERING,
        RESUMED,
        PAUSED
    }

    private record Message(byte[] payload, boolean text) {
        static Message copy(ByteBuffer payload, boolean text) {
            byte[] copy = new byte[payload.remaining()];
            payload.duplicate().get(copy);
            return new Message(copy, text);
        }
    }

    // guarded by this
    private Flow flow = Flow.FLOWING;
    /**
     * The handler does not take the message that it has, or that is the first of those held, before the link has
     * rested.
     */
    private boolean postponed;
    /** What came behind a message that waits or is being handed on: at most what Jetty had read in one go. */
    private final ArrayDeque<Message> held = new ArrayDeque<>(1);

    private Runnable heldClose = NOTHING;
    private int heldBytes;
    /** What it holds counts no longer. */
    private boolean over;

    /** Something cannot be handed on; set while guarded, looked at without. */
    private volatile boolean halted;
    /** Since when that is so; 0: it is not. */
    private volatile long heldSince;
    /** What is held, as it was told last; set while guarded. */
    private volatile int bytes;
    /** Nothing is read until then; 0: the link does not rest. */
    private volatile long restsUntil;
    /** Since when a frame or a message is not complete; 0: all are. */
    private volatile long unfinishedSince;

    private volatile long receivedAt = System.nanoTime();

    // only whoever reads
    private boolean frameUnfinished;
    private volatile int frameBytes;
    private volatile int fragmentBytes;
    private long idleFramesUntil = System.nanoTime();
    private long scarceIdleFramesUntil = idleFramesUntil;
    private boolean flooded;
    // only Jetty's reading thread, until the link is gone
    private volatile ByteArrayOutputStream fragments;
    private boolean fragmentsText;

    // ---- what it needs

    /** The time, as {@link System#nanoTime()} tells it. */
    long nanos() {
        return System.nanoTime();
    }

    /** Whether the link is closed or closing: then no message is handed on any more. */
    abstract boolean closing();

    /** Whether the peer has to read replies before it may say more. */
    abstract boolean repliesWait();

    /** Whether somebody takes messages. */
    abstract boolean handled();

    /** Hands a message on. @return null if there is nobody who takes it, else whether to go on */
    abstract Boolean message(ByteBuffer payload, boolean text);

    /** Offers a short message. @return whether it was dealt with; if not, nothing was done */
    abstract boolean brief(ByteBuffer payload, boolean text);

    /** The most bytes of a message. */
    abstract int messageBytes();

    /** A message has come as a whole, which may have to wait. */
    void arrived(ByteBuffer payload, boolean text) {
        // nobody looks
    }

    /** It holds more than before, or less. */
    abstract void holds(int change);

    /** Has a thread that may wait do something. */
    abstract void later(Runnable task);

    /** Has the clock look at the link at its next tick. */
    abstract void attend();

    /** The socket may be read again. */
    abstract void readOn();

    /** A rest has ended before its time. */
    void awake() {
        flow();
        readOn();
    }

    /** Counts a frame that says nothing among those of all links. @return see {@link IdleFrames#count} */
    abstract long idleFrame(long now);

    // ---- what comes

    /** Something, of whatever kind, has come. */
    final void received() {
        receivedAt = nanos();
    }

    /** A frame with data has come. Jetty's reading thread. */
    final Taken data(ByteBuffer payload, boolean fin, boolean isText) {
        ByteBuffer message = payload;
        boolean text = isText;
        ByteArrayOutputStream parts = fragments;
        if (parts != null || !fin) {
            if (parts == null) {
                parts = new ByteArrayOutputStream();
                fragments = parts;
                fragmentsText = isText;
            }
            text = fragmentsText;
            if (payload.remaining() < IDLE_FRAGMENT) {
                saysNothing();
            }
            if (parts.size() + payload.remaining() > messageBytes()) {
                assembled();
                return Taken.TOO_LONG;
            }
            byte[] part = new byte[payload.remaining()];
            payload.get(part);
            parts.writeBytes(part);
            if (!fin) {
                // it grows by doubling
                fragmentBytes = 2 * parts.size() + HELD_OVERHEAD;
                account();
                return Taken.TAKEN;
            }
            message = ByteBuffer.wrap(parts.toByteArray());
            assembled();
        }
        if (!frameUnfinished) {
            unfinishedSince = 0;
        } else if (unfinishedSince != 0) {
            // the next one has begun in what was read with this one
            unfinishedSince = Since.of(receivedAt);
        }
        if (closing()) {
            return Taken.TAKEN;
        }
        if (text && !Utf8.valid(message)) {
            return Taken.NO_TEXT;
        }
        arrived(message, text);
        deliver(message, text);
        return Taken.TAKEN;
    }

    /**
     * Offers a message that came whole in one short frame, and nothing before it waits. Whoever reads, at the end of a
     * frame.
     *
     * @return whether it was dealt with; if not, it comes by {@link #data}
     */
    final boolean takesBrief(ByteBuffer message, boolean text) {
        if (fragments != null || closing() || text && !Utf8.valid(message)) {
            return false;
        }
        synchronized (this) {
            if (flow != Flow.FLOWING || waits() || cannotHand()) {
                return false;
            }
            flow = Flow.DELIVERING;
        }
        received();
        boolean taken = brief(message, text);
        synchronized (this) {
            flow = Flow.FLOWING;
            postponed = false;
        }
        return taken;
    }

    private void assembled() {
        fragments = null;
        fragmentBytes = 0;
        account();
    }

    /** A frame that says nothing has come: who sends very many of them is read more slowly. */
    final void saysNothing() {
        long now = receivedAt;
        long owed = idleFrame(now);
        idleFramesUntil = later(idleFramesUntil, now) + IDLE_FRAME;
        scarceIdleFramesUntil = Math.min(
                        later(scarceIdleFramesUntil, now) - now + SCARCE_IDLE_FRAME,
                        SCARCE_IDLE_FRAMES + SCARCE_IDLE_FRAME)
                + now;
        long rest = idleFramesUntil - now - IDLE_FRAMES;
        if (rest > LONGEST_REST) {
            rest = LONGEST_REST;
            idleFramesUntil = now + IDLE_FRAMES + LONGEST_REST;
        }
        if (scarceIdleFramesUntil - now > SCARCE_IDLE_FRAMES) {
            rest = Math.max(rest, owed);
        }
        if (rest > 0) {
            flooded = true;
            restFor(rest);
        }
    }

    /** Whether what was read last had the link rest: then little is read at a time. Whoever reads, once a read. */
    final boolean flooded() {
        boolean was = flooded;
        flooded = false;
        return was;
    }

    private static long later(long a, long b) {
        return a - b > 0 ? a : b;
    }

    /** The peer reads its answers too slowly: nothing more of it is read before it has. Jetty's reading thread. */
    final void haltForReplies() {
        synchronized (this) {
            if (closing() || halted) {
                return;
            }
            halt();
        }
        // the replies may have gone out before "halted" could be seen
        flow();
    }

    /** What has been read ends in a frame or not. Whoever reads, before Jetty parses it. */
    final void scanned(FrameScan scan) {
        int now = scan.held();
        boolean unfinished = scan.unfinished();
        if (unfinished || frameUnfinished) {
            frameUnfinished = unfinished;
            if (unfinished && unfinishedSince == 0) {
                unfinishedSince = Since.of(nanos());
            }
        }
        if (now != frameBytes) {
            frameBytes = now;
            account();
        }
    }

    /** The peer's close frame has come: if messages before it wait, it waits, too. @return whether it does */
    final synchronized boolean holdsBack(Runnable close) {
        if (closing() || flow == Flow.FLOWING && !waits()) {
            return false;
        }
        heldClose = close;
        return true;
    }

    // ---- handing on

    /** Hands a message on, or holds it until that can be. Jetty's reading thread. */
    private void deliver(ByteBuffer payload, boolean text) {
        boolean now;
        synchronized (this) {
            if (closing()) {
                return;
            }
            boolean free = flow == Flow.FLOWING && !waits();
            now = free && !cannotHand();
            if (now) {
                heldSince = 0;
                flow = Flow.DELIVERING;
            } else {
                hold(Message.copy(payload, text), false);
                if (free) {
                    halt();
                }
            }
        }
        if (now) {
            hand(payload, text);
        } else {
            account();
            // replies may have gone out, or a handler may have come, before "halted" could be seen
            flow();
        }
    }

    private boolean cannotHand() {
        return repliesWait() || restsUntil != 0 || !handled();
    }

    /** Guarded by this. */
    private void halt() {
        halted = true;
        if (heldSince == 0) {
            heldSince = Since.of(nanos());
            attend();
        }
    }

    /** Whether something that was read has to wait. Guarded by this. */
    private boolean waits() {
        return halted || flow == Flow.PAUSED || !held.isEmpty();
    }

    /** Guarded by this; {@link #account} follows. */
    private void hold(Message message, boolean inFront) {
        heldBytes += message.payload.length + HELD_OVERHEAD;
        if (inFront) {
            held.addFirst(message);
        } else {
            held.add(message);
        }
    }

    /** Calls the handler; whoever calls this has set {@code DELIVERING}. */
    private void hand(ByteBuffer payload, boolean text) {
        handed(message(payload, text), () -> Message.copy(payload, text));
    }

    /** What came of a message that was handed on. @param on whether to go on; null: nobody was there to take it */
    private void handed(Boolean on, Supplier<Message> message) {
        boolean kept;
        synchronized (this) {
            boolean resumed = flow == Flow.RESUMED;
            flow = Flow.FLOWING;
            if (closing()) {
                return;
            }
            // the handler may have left in this very moment
            kept = on == null || postponed;
            if (kept) {
                hold(message.get(), true);
                halt();
                if (resumed) {
                    restsUntil = 0;
                }
            } else if (!on && !resumed) {
                flow = Flow.PAUSED;
            }
        }
        if (kept) {
            account();
            if (handled()) {
                later(this::flow);
            }
        }
    }

    /** Hands on what is held, as far as that can be, then lets the socket be read again. */
    private void drain() {
        for (; ; ) {
            Message next = null;
            synchronized (this) {
                if (flow != Flow.FLOWING || halted) {
                    return;
                }
                if (held.isEmpty()) {
                    break;
                }
                if (cannotHand()) {
                    halt();
                } else {
                    next = held.poll();
                    heldBytes -= next.payload.length + HELD_OVERHEAD;
                    heldSince = 0;
                    postponed = false;
                    flow = Flow.DELIVERING;
                }
            }
            if (next == null) {
                flow();
                return;
            }
            account();
            Message message = next;
            handed(message(ByteBuffer.wrap(message.payload), message.text), () -> message);
        }
        received();
        heldClose().run();
        readOn();
    }

    /** The peer's close frame, if it waits for messages before it. */
    private synchronized Runnable heldClose() {
        Runnable waiting = heldClose;
        heldClose = NOTHING;
        return waiting;
    }

    /** Goes on after a pause that the handler asked for, or with a message that it postponed. */
    final void resume() {
        boolean again;
        synchronized (this) {
            if (flow == Flow.DELIVERING) {
                flow = Flow.RESUMED;
                return;
            }
            again = postponed;
            if (!again && flow != Flow.PAUSED) {
                return;
            }
            if (again) {
                postponed = false;
                restsUntil = 0;
            } else {
                flow = Flow.FLOWING;
            }
            received();
        }
        if (again) {
            awake();
        } else {
            later(this::drain);
        }
    }

    /** Goes on after a halt, if what it was for is over. */
    final void flow() {
        if (!halted) {
            return;
        }
        synchronized (this) {
            if (!halted || cannotHand()) {
                return;
            }
            halted = false;
            received();
        }
        later(this::drain);
    }

    /** The link closes: the peer's close frame has to be read, whatever waits before it. */
    final void clear() {
        synchronized (this) {
            halted = false;
            held.clear();
            heldBytes = 0;
            heldSince = 0;
            restsUntil = 0;
            postponed = false;
            flow = Flow.FLOWING;
        }
        account();
        heldClose().run();
        readOn();
    }

    // ---- resting

    /** Reads nothing and hands out nothing for so many nanoseconds, one second at most. */
    final void rest(long nanos) {
        restFor(Math.min(nanos, LONGEST_REST));
    }

    private void restFor(long nanos) {
        restsUntil = Since.of(nanos() + nanos);
        attend();
    }

    /** The message that is being handed on is kept, and handed on again after {@link #resume} or the rest. */
    final void postpone(long nanos) {
        synchronized (this) {
            postponed = true;
        }
        rest(nanos);
    }

    final boolean rests() {
        return restsUntil != 0;
    }

    /** @return whether a rest was to end by now, and has ended; {@link #flow} and {@link Wire#readOn} follow */
    final boolean wakesUp(long now) {
        long until = restsUntil;
        if (until == 0 || now - until < 0) {
            return false;
        }
        restsUntil = 0;
        return true;
    }

    // ---- what it holds

    /** Has it counted how much is held. */
    private void account() {
        int change;
        synchronized (this) {
            int now = over ? 0 : frameBytes + fragmentBytes + heldBytes;
            change = now - bytes;
            bytes = now;
        }
        if (change != 0) {
            holds(change);
        }
    }

    /** Holds nothing any more: the link is gone, and nobody reads for it. */
    final void letGo() {
        synchronized (this) {
            held.clear();
            heldBytes = 0;
            heldClose = NOTHING;
        }
        fragments = null;
    }

    /** What it holds counts no longer: the link is gone, or about to be. */
    final void ends() {
        synchronized (this) {
            over = true;
        }
        account();
    }

    /** Bytes it holds. */
    final int bytes() {
        return bytes;
    }

    /** Since when it holds any; 0: it holds none. */
    final long since() {
        long since = unfinishedSince;
        return since != 0 ? since : heldSince;
    }

    /** Since when something that was read cannot be handed on; 0: nothing waits. */
    final long heldSince() {
        return heldSince;
    }

    /** Whether a message has not come to its end within so many nanoseconds, in which it was read. The clock. */
    final boolean late(long now, long limit) {
        long since = unfinishedSince;
        if (since == 0 || closing()) {
            return false;
        }
        if (holdsInput()) {
            // nobody reads it at the moment
            unfinishedSince = Since.of(now);
            return false;
        }
        return now - since > limit;
    }

    /** Whether something that was read has to wait. */
    final synchronized boolean inputWaits() {
        return waits();
    }

    /** Whether the socket must not be read at the moment; {@link #readOn} follows when it may. */
    final synchronized boolean holdsInput() {
        return flow != Flow.FLOWING || waits() || restsUntil != 0;
    }

    /** When anything came last; while something waits here, now. */
    final long receivedAt() {
        return inputWaits() ? nanos() : receivedAt;
    }
}
