package org.geometryos.compositor.transport;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingNestedCallback;
import org.geometryos.compositor.transport.api.Link.Sent;
import org.geometryos.compositor.transport.api.SocketWriter;

/**
 * What goes out on one socket, and who may write. Whoever sets {@link #writing} owns the socket until its last byte is
 * in the kernel. Three kinds of writers take turns: the stream ({@link #send}, refused at once when the socket is not
 * free), the replies beside it (a short queue) and Jetty's close frame (one slot). No lock is held while writing, and
 * nobody waits. Any thread.
 *
 * <p>All three are here, since each, when it gives the socket up, has to look for what the others have left
 * ({@link #pump}).
 *
 * <p>It is a layer of {@link SocketLink} and not an object of its own: a pass over thousands of links costs what it
 * fetches from memory, and each send needs nearly all of this.
 */
abstract class Outbox extends Receipts {
    static final int MAX_REPLIES = 64;
    static final long MAX_REPLY_BYTES = 1 << 20;
    /** So many answers to pings wait one by one. */
    static final int PONGS = 16;
    /** What is written at a time: of what is longer the kernel would copy all, although it takes little. */
    static final int PIECE = 64 * 1024;
    /** Longer batches wait while the sockets hold too much already. */
    static final int LONG_BATCH = 48 * 1024;

    private static final byte[][] NOTHING_UNSENT = {};

    private static final int UNOPENED = 0;
    private static final int OPEN = 1;
    private static final int SHUT = 2;

    private static final VarHandle GATE = handle("gate", int.class);
    private static final VarHandle WRITING = handle("writing", boolean.class);
    private static final VarHandle STREAMING = handle("streaming", boolean.class);
    private static final VarHandle OWNER = handle("owner", long.class);
    private static final VarHandle REPLY_COUNT = handle("replyCount", int.class);
    private static final VarHandle REPLY_BYTES = handle("replyBytes", long.class);
    private static final VarHandle PONG = handle("pong", byte[].class);
    private static final VarHandle SENT_AT = handle("sentAt", long.class);
    private static final VarHandle BYTES_SENT = handle("bytesSent", long.class);

    /** What is written to directly; null under TLS, where all goes through {@link #writeThrough}. */
    private final SocketChannel channel;

    private volatile int gate = UNOPENED;

    private volatile boolean writing;
    private volatile long owner;
    private volatile boolean streaming;
    private volatile boolean wanted;
    private volatile long sentAt = System.nanoTime();
    private volatile long bytesSent;

    private final ConcurrentLinkedQueue<byte[]> replies = new ConcurrentLinkedQueue<>();
    private volatile int replyCount;
    private volatile long replyBytes;
    /**
     * Where more answers to pings wait than need be, the last one: one that comes takes its place (RFC 6455, section
     * 5.5.3).
     */
    private volatile byte[] pong;
    /** Replies have been written since the socket was taken; of its owner alone. */
    private boolean replied;

    private volatile JettyWrite jettyWrite;
    private volatile boolean closeFrameSent;
    private volatile boolean closeFrameWritten;

    private volatile long stuckSince;
    /** What the socket has not taken of what was written. */
    private volatile byte[][] unsent = NOTHING_UNSENT;

    /** @param channel what is written to directly, or null */
    Outbox(SocketChannel channel) {
        this.channel = channel;
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Outbox.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private record JettyWrite(Callback callback, ByteBuffer[] buffers) {}

    // ---- what it needs

    /** Moves position and account of the stream; whoever acquires the stream next sees it. */
    public abstract void begin(long position, long delivered, long due);

    /** Where the stream stands. */
    public abstract long cursor();

    /** What writes in the channel's place, or null. */
    abstract SocketWriter writer();

    /** Whether all links together keep more than they may. */
    abstract boolean holdsTooMuch();

    /** Whether a receipt that is missing keeps the stream from going on. */
    abstract boolean missesReceipts();

    /** The stream asked for room and was refused: now there is some. */
    abstract void ready();

    /** Replies are out, and the socket is free. */
    abstract void repliesAreOut();

    /** Counts arrays that are kept until the socket takes them. */
    abstract void keeps(byte[][] arrays);

    abstract void keepsNoLonger(byte[][] arrays);

    /**
     * Writes all, as the socket takes it; one write at a time. The buffers belong to the write until the callback is
     * called.
     */
    abstract void writeThrough(Callback callback, ByteBuffer... buffers);

    /** The socket failed; nothing is written any more. */
    abstract void drop();

    // ---- the gate

    /** From now on it takes what is to be sent. */
    final void opens() {
        gate = OPEN;
    }

    /** From now on it takes nothing but what belongs to the close. @return whether it was open until then */
    final boolean shut() {
        return GATE.compareAndSet(this, OPEN, SHUT);
    }

    /** Like {@link #shut()}, whether it was open or not. */
    final void ends() {
        gate = SHUT;
    }

    public final boolean open() {
        return gate == OPEN;
    }

    /** Holds nothing any more of what was to be written: the socket is gone. */
    final void letWritesGo() {
        jettyWrite = null;
        replies.clear();
        pong = null;
    }

    // ---- the stream

    public final long acquire() {
        long mine = (long) OWNER.getAndAdd(this, 1L) + 1;
        while (streaming) {
            Thread.onSpinWait();
        }
        return mine;
    }

    @SuppressWarnings("unused")
    public void prefetch() {
        // reads that the compiler may not leave out, one of each cache line
        boolean fetched = writing | (channel != null && channel.isOpen());
        long numbers = owner + bytesSent;
    }

    /** Takes all of a batch or nothing, and moves position and account in the same step. */
    final Sent send(long asOwner, FrameBatch frames, long position, long delivered, long due) {
        if (!open()) {
            return Sent.CLOSED;
        }
        if (frames.size() > LONG_BATCH && holdsTooMuch() || !takeSocket()) {
            return owner == asOwner ? Sent.BUSY : Sent.NOT_OWNER;
        }
        streaming = true;
        // nothing of ours follows a close frame, which may have gone out since the link was seen to be open
        if (owner != asOwner || closeFrameSent) {
            streaming = false;
            pump();
            return closeFrameSent ? Sent.CLOSED : Sent.NOT_OWNER;
        }
        boolean waits;
        boolean written = false;
        try {
            pinged(frames.pingToken());
            begin(position, delivered, due);
            waits = frames.waits(this, channel);
            written = !waits && write(frames);
        } finally {
            STREAMING.setRelease(this, false);
        }
        if (written) {
            pump();
        } else if (waits && frames.full()) {
            frames.flush();
        }
        return Sent.TAKEN;
    }

    /**
     * What became of a batch that waited for the sockets of other links. Called by the owner of the socket.
     *
     * @param taken see {@link SocketWriter#writeAll}
     */
    final void written(FrameBatch frames, int taken) {
        if (taken == SocketWriter.UNKNOWN) {
            drop();
            return;
        }
        wrote(frames.size());
        if (taken == frames.size() || write(frames, Math.max(0, taken))) {
            pump();
        }
    }

    public final boolean takes(int bytes) {
        if (!open()) {
            // sending tells
            return true;
        }
        if (bytes > LONG_BATCH && holdsTooMuch()) {
            return false;
        }
        if (free() && !writing) {
            return true;
        }
        wanted = true;
        return free() && !writing;
    }

    /** Takes the socket for the stream, or notes that the stream wants it. */
    private boolean takeSocket() {
        if (free() && WRITING.compareAndSet(this, false, true)) {
            return true;
        }
        wanted = true;
        // what makes it free looks at "wanted" afterwards; what made it free before that moment is seen here
        return free() && WRITING.compareAndSet(this, false, true);
    }

    private boolean free() {
        return replyCount == 0 && !(overdue() && missesReceipts());
    }

    /** Tells the stream, if it asked, that the link can take more. */
    final void offer() {
        if (wanted && !writing && free()) {
            wanted = false;
            ready();
        }
    }

    // ---- beside the stream

    /** @return false if too many wait already */
    final boolean enqueue(byte[] frame) {
        if (replyCount >= MAX_REPLIES || replyBytes + frame.length > MAX_REPLY_BYTES) {
            return false;
        }
        add(frame);
        writeReplies();
        return true;
    }

    /**
     * Writes a frame beside the stream while the stream stands still, whether receipts are missing or not.
     *
     * @return whether it stands there, and the socket was free
     */
    final boolean sendAt(long position, byte[] frame) {
        if (!open() || replyCount > 0 || !WRITING.compareAndSet(this, false, true)) {
            return false;
        }
        boolean stands = cursor() == position && !closeFrameSent;
        if (!stands || write(ByteBuffer.wrap(frame))) {
            pump();
        }
        return stands;
    }

    public final void ping() {
        if (!open()) {
            return;
        }
        long token = Since.of(nanos());
        pinged(token);
        if (!enqueue(Framing.frame(
                Framing.PING, ByteBuffer.allocate(Long.BYTES).putLong(token).array()))) {
            notPinged(token);
        }
    }

    /** Takes the answer to a ping, which {@link #writeReplies} has to write. */
    final void answer(byte[] frame) {
        if (pong == null && replyCount < PONGS) {
            add(frame);
        } else if (PONG.getAndSet(this, frame) == null) {
            REPLY_COUNT.getAndAdd(this, 1);
        }
    }

    private void add(byte[] frame) {
        REPLY_BYTES.getAndAdd(this, (long) frame.length);
        REPLY_COUNT.getAndAdd(this, 1);
        replies.add(frame);
    }

    /** Whether so many answers to pings wait that the next one takes the last one's place. */
    final boolean answersWait() {
        return pong != null;
    }

    final boolean repliesWait() {
        return replyCount > 0;
    }

    /** Has what waits beside the stream written, now or by the owner of the socket. */
    final void writeReplies() {
        if (WRITING.compareAndSet(this, false, true)) {
            pump();
        }
    }

    /** Takes what Jetty writes: close frames alone, one at a time. */
    final void jettyWrites(Callback callback, ByteBuffer... buffers) {
        jettyWrite = new JettyWrite(callback, buffers);
        writeReplies();
    }

    // ---- writing

    /** Called by the owner of the socket: writes what else waits, then gives the socket up. */
    private void pump() {
        boolean tell = false;
        for (; ; ) {
            if (replyCount > 0 && !closeFrameSent) {
                replied = true;
                if (!write(takeReplies())) {
                    return;
                }
                continue;
            }
            JettyWrite next = jettyWrite;
            if (next != null) {
                jettyWrite = null;
                Callback then = next.callback;
                if (Framing.holdsClose(next.buffers)) {
                    closeFrameSent = true;
                    then = Callback.from(
                            () -> {
                                closeFrameWritten = true;
                                next.callback.succeeded();
                            },
                            next.callback::failed);
                }
                if (!finish(then, next.buffers)) {
                    return;
                }
                continue;
            }
            tell |= replied;
            replied = false;
            writing = false;
            if ((replyCount == 0 || closeFrameSent) && jettyWrite == null
                    || !WRITING.compareAndSet(this, false, true)) {
                break;
            }
            replied = tell;
        }
        if (tell) {
            repliesAreOut();
        }
        offer();
    }

    private ByteBuffer takeReplies() {
        // replies beyond those counted here follow in the next round
        int count = replyCount;
        byte[][] frames = new byte[count][];
        int bytes = 0;
        int n = 0;
        for (byte[] frame; n < count && (frame = replies.poll()) != null; n++) {
            frames[n] = frame;
            bytes += frame.length;
        }
        int replyBytesTaken = bytes;
        byte[] answer = n < count ? (byte[]) PONG.getAndSet(this, (byte[]) null) : null;
        if (answer != null) {
            frames[n++] = answer;
            bytes += answer.length;
        }
        ByteBuffer all = ByteBuffer.allocate(bytes);
        for (int i = 0; i < n; i++) {
            all.put(frames[i]);
        }
        REPLY_COUNT.getAndAdd(this, -n);
        REPLY_BYTES.getAndAdd(this, (long) -replyBytesTaken);
        return all.flip();
    }

    /**
     * Writes; called by the owner of the socket. @return whether all is in the kernel; if not, {@link #pump} goes on
     * later
     */
    private boolean write(FrameBatch frames) {
        if (frames.size() == 0) {
            return true;
        }
        wrote(frames.size());
        return write(frames, 0);
    }

    /** The same. @param taken how many bytes of the first part are in the kernel already */
    private boolean write(FrameBatch frames, int taken) {
        int part = 0;
        int position = 0;
        try {
            for (; part < frames.parts(); part++) {
                ByteBuffer bytes = frames.part(part);
                if (part == 0) {
                    bytes.position(taken);
                }
                if (!writeNow(bytes)) {
                    position = bytes.position();
                    break;
                }
            }
        } catch (IOException e) {
            drop();
            return false;
        }
        if (part == frames.parts()) {
            return true;
        }
        FrameBatch.Rest rest = frames.rest(part, position);
        return keep(rest.arrays(), rest.buffers());
    }

    /** The same for bytes that are this link's own. */
    private boolean write(ByteBuffer bytes) {
        wrote(bytes.remaining());
        try {
            if (writeNow(bytes)) {
                return true;
            }
        } catch (IOException e) {
            drop();
            return false;
        }
        return keep(new byte[][] {bytes.array()}, bytes);
    }

    private void wrote(int bytes) {
        SENT_AT.setRelease(this, nanos());
        BYTES_SENT.setRelease(this, bytesSent + bytes);
    }

    /** @return whether the kernel took all */
    private boolean writeNow(ByteBuffer bytes) throws IOException {
        if (channel == null) {
            return false;
        }
        int end = bytes.limit();
        while (end - bytes.position() > PIECE) {
            bytes.limit(bytes.position() + PIECE);
            toKernel(bytes);
            boolean taken = !bytes.hasRemaining();
            bytes.limit(end);
            if (!taken) {
                return false;
            }
        }
        toKernel(bytes);
        return !bytes.hasRemaining();
    }

    private void toKernel(ByteBuffer bytes) throws IOException {
        SocketWriter writer = writer();
        if (writer == null) {
            channel.write(bytes);
        } else {
            writer.write(channel, bytes);
        }
    }

    /** Keeps what the kernel did not take, until it does. @return whether all is out already */
    private boolean keep(byte[][] arrays, ByteBuffer... buffers) {
        unsent = arrays;
        keeps(arrays);
        Runnable over = () -> {
            unsent = NOTHING_UNSENT;
            keepsNoLonger(arrays);
        };
        return finish(Callback.from(over, x -> over.run()), buffers);
    }

    /** Has a write finished when the socket can take more. @return whether all is out already */
    private boolean finish(Callback then, ByteBuffer... buffers) {
        stuckSince = nanos();
        Rest rest = new Rest(then);
        if (Stream.of(buffers).allMatch(buffer -> buffer.remaining() <= PIECE)) {
            writeThrough(rest, buffers);
        } else {
            new Pieces(rest, buffers).iterate();
        }
        return rest.returned();
    }

    /** Writes what is long piece by piece. */
    private final class Pieces extends IteratingNestedCallback {
        private final ByteBuffer[] buffers;
        private int at;

        Pieces(Callback then, ByteBuffer[] buffers) {
            super(then);
            this.buffers = buffers;
        }

        @Override
        protected Action process() {
            while (at < buffers.length && !buffers[at].hasRemaining()) {
                at++;
            }
            if (at == buffers.length) {
                return Action.SUCCEEDED;
            }
            ByteBuffer from = buffers[at];
            ByteBuffer piece = from.duplicate();
            piece.limit(Math.min(from.limit(), from.position() + PIECE));
            from.position(piece.limit());
            writeThrough(this, piece);
            return Action.SCHEDULED;
        }
    }

    /**
     * The end of a write, which under TLS comes mostly before the call returns: then the caller goes on and not the
     * callback, so that many small writes in a row do not pile up on the stack.
     */
    private final class Rest implements Callback {
        private final Callback then;
        private final AtomicBoolean second = new AtomicBoolean();

        Rest(Callback then) {
            this.then = then;
        }

        /** @return whether it was over by then */
        boolean returned() {
            return second.getAndSet(true);
        }

        @Override
        public void succeeded() {
            stuckSince = 0;
            then.succeeded();
            if (second.getAndSet(true)) {
                pump();
            }
        }

        @Override
        public void failed(Throwable x) {
            then.failed(x);
            drop();
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    // ---- facts

    /** Whether our close frame is out, to its last byte: then nothing is being written, nor will be. */
    final boolean closeFrameWritten() {
        return closeFrameWritten;
    }

    /** What the socket has not taken; empty if it has all. */
    final byte[][] unsent() {
        return unsent;
    }

    public final long sentAt() {
        return sentAt;
    }

    public final long stuckSince() {
        return stuckSince;
    }

    public final long bytesSent() {
        return bytesSent;
    }
}
