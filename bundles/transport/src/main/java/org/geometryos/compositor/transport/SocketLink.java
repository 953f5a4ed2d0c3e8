package org.geometryos.compositor.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingNestedCallback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;

/**
 * One WebSocket.
 *
 * <p>Writing: whoever sets {@link #writing} owns the socket until its last byte is in the kernel. Three kinds of writers take
 * turns: the stream ({@link #send}, refused at once when the socket is not free), the replies beside it (a short queue) and
 * Jetty's close frame (one slot). No lock is held while writing, and nobody waits.
 *
 * <p>Reading: Jetty hands frames in one by one. While a message cannot be handed on (no handler, the handler asked for a pause,
 * replies wait to be read), what was read already is held and {@link Wire} reads no more. Jetty's demand is no means for that: one
 * that another thread makes while the reading thread is about to leave is lost (12.0.32), and nothing is read ever after.
 */
final class SocketLink implements Link, FrameHandler {
    /** A ping unanswered for so long, or twice the round trip, makes the link busy. With pings every 900 ms, less than 1.5 s of old updates. */
    private static final long ARRIVAL_LIMIT = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MAX_REPLIES = 64;
    /** So many answers to pings wait one by one. */
    private static final int PONGS = 16;
    private static final long MAX_REPLY_BYTES = 1 << 20;
    /** What is written at a time: of what is longer the kernel would copy all, although it takes little. */
    private static final int PIECE = 64 * 1024;
    /** Longer batches wait while the sockets hold too much already. */
    private static final int LONG_BATCH = 48 * 1024;
    /** What a message that waits takes beside its bytes. */
    private static final int HELD_OVERHEAD = 96;
    /** Frames that say nothing (pings, fragments of a few bytes): one second's worth may come at once, what they cost at most. */
    private static final long IDLE_FRAME = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int IDLE_FRAGMENT = 16;
    private static final long IDLE_FRAMES = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(1);
    private static final int TOO_SLOW = 4408;
    private static final int MAX_REASON = 123;
    private static final Runnable NOTHING = () -> { };
    private static final byte[][] NOTHING_UNSENT = {};
    /** How long a close may take: ours until the peer's, or the peer's reading while we linger. */
    static final long CLOSE_LIMIT = TimeUnit.SECONDS.toNanos(10);
    /** The same for one that has to go because of what it holds. */
    private static final long EVICTION_LIMIT = TimeUnit.SECONDS.toNanos(1);

    // numbers and flags in the link itself and not in objects of their own: a pass over thousands of links costs what it fetches from memory
    private static final VarHandle WRITING = handle("writing", boolean.class);
    private static final VarHandle OWNER = handle("owner", long.class);
    private static final VarHandle REPLY_COUNT = handle("replyCount", int.class);
    private static final VarHandle REPLY_BYTES = handle("replyBytes", long.class);
    private static final VarHandle PONG = handle("pong", byte[].class);
    private static final VarHandle CLOSING = handle("closing", boolean.class);
    private static final VarHandle GONE = handle("gone", boolean.class);
    private static final VarHandle STREAMING = handle("streaming", boolean.class);
    private static final VarHandle CURSOR = handle("cursor", long.class);
    private static final VarHandle DELIVERED = handle("delivered", long.class);
    private static final VarHandle DUE = handle("due", long.class);
    private static final VarHandle SENT_AT = handle("sentAt", long.class);
    private static final VarHandle BYTES_SENT = handle("bytesSent", long.class);

    private final long id;
    private final Handshake handshake;
    private final SocketTransport transport;
    private final Wire wire;
    /** The wire's, null under TLS. */
    private final SocketChannel channel;
    private final ConcurrentMap<String, Object> attributes = new ConcurrentHashMap<>();

    private volatile CoreSession session;

    // writing
    private volatile boolean writing;
    private volatile long owner;
    private volatile boolean streaming;
    private volatile long cursor;
    private volatile long delivered;
    private volatile long due;
    private volatile boolean wanted;
    private final ConcurrentLinkedQueue<byte[]> replies = new ConcurrentLinkedQueue<>();
    private volatile int replyCount;
    private volatile long replyBytes;
    /** Where more answers to pings wait than need be, the last one: one that comes takes its place (RFC 6455, section 5.5.3). */
    private volatile byte[] pong;
    private volatile JettyWrite jettyWrite;
    private volatile long stuckSince;
    /** What the socket has not taken of what was written. */
    private volatile byte[][] unsent = NOTHING_UNSENT;
    private volatile long sentAt = System.nanoTime();
    private volatile long bytesSent;

    // receipts
    private volatile long pingAt;
    private volatile long roundTrip;

    // closing
    private volatile boolean closing;
    private volatile boolean closeFrameSent;
    private volatile boolean closeFrameWritten;
    private volatile boolean peerClosed;
    private volatile boolean closedByPeer;
    private volatile long closeDeadline;
    private volatile long closeLimit = CLOSE_LIMIT;
    private volatile boolean gone;

    // reading; guarded by inLock
    private final Object inLock = new Object();
    private enum Inbound { FLOWING, DELIVERING, RESUMED, PAUSED }
    private Inbound inbound = Inbound.FLOWING;
    /** What came behind a message that waits or is being handed on: at most what Jetty had read in one go. */
    private final ArrayDeque<Message> held = new ArrayDeque<>(1);
    private Runnable heldClose = NOTHING;
    private volatile long heldSince;
    private volatile boolean halted;
    private int heldBytes;
    /** It was dropped because of what it holds, which counts no longer. */
    private volatile boolean given;
    /** What the link holds of input, as the transport counts it. */
    private volatile int inputBytes;
    /** Nothing is read until then, nanoseconds; 0: the link does not rest. */
    private volatile long restsUntil;
    /** Since when a frame or a message is not complete; 0: all are. */
    private volatile long unfinishedSince;
    // only whoever reads
    private boolean frameUnfinished;
    private volatile int frameBytes;
    private volatile int fragmentBytes;
    private long idleFramesUntil = System.nanoTime();
    // only Jetty's reading thread
    private ByteArrayOutputStream fragments;
    private boolean fragmentsText;
    private volatile long receivedAt = System.nanoTime();

    SocketLink(long id, Handshake handshake, SocketTransport transport, Wire wire) {
        this.id = id;
        this.handshake = handshake;
        this.transport = transport;
        this.wire = wire;
        this.channel = wire.channel();
        wire.attach(this);
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(SocketLink.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private record Message(byte[] payload, boolean text) {}

    private record JettyWrite(Callback callback, ByteBuffer[] buffers) {}

    /** A time that serves as a ping's payload; never 0. */
    static long token() {
        long now = System.nanoTime();
        return now == 0 ? 1 : now;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Handshake handshake() {
        return handshake;
    }

    @Override
    public ConcurrentMap<String, Object> attributes() {
        return attributes;
    }

    @Override
    public boolean open() {
        return session != null && !closing && !gone;
    }

    // ---- the stream

    @Override
    public long acquire() {
        long mine = (long) OWNER.getAndAdd(this, 1L) + 1;
        while (streaming) {
            Thread.onSpinWait();
        }
        return mine;
    }

    @Override
    @SuppressWarnings("unused")
    public void prefetch() {
        // reads that the compiler may not leave out, one of each cache line
        boolean fetched = writing | closing | (channel != null && channel.isOpen());
        long numbers = owner + cursor + bytesSent;
    }

    @Override
    public long cursor() {
        return cursor;
    }

    @Override
    public long delivered() {
        return delivered;
    }

    @Override
    public long due() {
        return due;
    }

    @Override
    public void begin(long position, long deliveredSoFar, long dueSoFar) {
        // seen by whoever acquires the link next, after "streaming" or "writing": no fence of their own, of which each would wait for memory
        CURSOR.setRelease(this, position);
        DELIVERED.setRelease(this, deliveredSoFar);
        DUE.setRelease(this, dueSoFar);
    }

    @Override
    public Sent send(long asOwner, Batch batch, long position, long nowDelivered, long nowDue) {
        if (!open()) {
            return Sent.CLOSED;
        }
        FrameBatch frames = (FrameBatch) batch;
        if (frames.size() > LONG_BATCH && transport.holdsTooMuch() || !takeSocket()) {
            return owner == asOwner ? Sent.BUSY : Sent.NOT_OWNER;
        }
        streaming = true;
        // nothing of ours follows a close frame, which may have gone out since the link was seen to be open
        if (owner != asOwner || closeFrameSent) {
            streaming = false;
            pump();
            return closeFrameSent ? Sent.CLOSED : Sent.NOT_OWNER;
        }
        boolean written;
        try {
            long ping = frames.pingToken();
            if (ping != 0 && pingAt == 0) {
                pingAt = ping;
            }
            begin(position, nowDelivered, nowDue);
            written = write(frames);
        } finally {
            STREAMING.setRelease(this, false);
        }
        if (written) {
            pump();
        }
        return Sent.TAKEN;
    }

    @Override
    public boolean takes(int bytes) {
        if (!open()) {
            // sending tells
            return true;
        }
        if (bytes > LONG_BATCH && transport.holdsTooMuch()) {
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
        return replyCount == 0 && !overdue();
    }

    /** A receipt is missing. While nothing is read, none can come: what input waits for must go out, or it would wait for ever. */
    private boolean overdue() {
        long since = pingAt;
        return since != 0 && System.nanoTime() - since > Math.max(ARRIVAL_LIMIT, 2 * roundTrip) && transport.settings().busyDetection()
                && !inputWaits();
    }

    // ---- beside the stream

    @Override
    public boolean reply(byte[] payload, boolean text) {
        return open() && enqueue(Framing.frame(text ? Framing.TEXT : Framing.BINARY, payload));
    }

    @Override
    public void ping() {
        if (!open()) {
            return;
        }
        long token = token();
        boolean first = pingAt == 0;
        if (first) {
            // before it goes out: the pong may be faster than this thread
            pingAt = token;
        }
        if (!enqueue(Framing.frame(Framing.PING, ByteBuffer.allocate(Long.BYTES).putLong(token).array())) && first) {
            pingAt = 0;
        }
    }

    /** Answers a ping; while the link rests, with what it rests for. */
    private void pong(byte[] frame) {
        if (pong == null && replyCount < PONGS) {
            REPLY_BYTES.getAndAdd(this, (long) frame.length);
            REPLY_COUNT.getAndAdd(this, 1);
            replies.add(frame);
        } else if (PONG.getAndSet(this, frame) == null) {
            REPLY_COUNT.getAndAdd(this, 1);
        }
        if (restsUntil == 0) {
            writeReplies();
        }
    }

    private void writeReplies() {
        if (WRITING.compareAndSet(this, false, true)) {
            pump();
        }
    }

    private boolean enqueue(byte[] frame) {
        if (replyCount >= MAX_REPLIES || replyBytes + frame.length > MAX_REPLY_BYTES) {
            return false;
        }
        REPLY_BYTES.getAndAdd(this, (long) frame.length);
        REPLY_COUNT.getAndAdd(this, 1);
        replies.add(frame);
        writeReplies();
        return true;
    }

    @Override
    public void signal() {
        transport.changed(this);
    }

    void jettyWrites(Callback callback, ByteBuffer[] buffers) {
        jettyWrite = new JettyWrite(callback, buffers);
        if (WRITING.compareAndSet(this, false, true)) {
            pump();
        }
    }

    /** Called by the owner of the socket: writes what else waits, then gives the socket up. */
    private void pump() {
        for (;;) {
            if (replyCount > 0 && !closeFrameSent) {
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
                    then = Callback.from(() -> {
                        closeFrameWritten = true;
                        next.callback.succeeded();
                    }, next.callback::failed);
                }
                if (!finish(then, next.buffers)) {
                    return;
                }
                continue;
            }
            writing = false;
            if ((replyCount == 0 || closeFrameSent) && jettyWrite == null || !WRITING.compareAndSet(this, false, true)) {
                break;
            }
        }
        if (halted) {
            flow();
        }
        offer();
    }

    /** Tells the stream, if it asked, that the link can take more. */
    private void offer() {
        if (wanted && !writing && free()) {
            wanted = false;
            transport.ready(this);
        }
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

    /** Writes; called by the owner of the socket. @return whether all is in the kernel; if not, {@link #pump} goes on later */
    private boolean write(FrameBatch frames) {
        if (frames.size() == 0) {
            return true;
        }
        wrote(frames.size());
        int part = 0;
        int position = 0;
        if (channel != null) {
            try {
                for (; part < frames.parts(); part++) {
                    ByteBuffer bytes = frames.part(part);
                    if (!writeNow(bytes)) {
                        position = bytes.position();
                        break;
                    }
                }
            } catch (IOException e) {
                broken();
                return false;
            }
            if (part == frames.parts()) {
                return true;
            }
        }
        FrameBatch.Rest rest = frames.rest(part, position);
        return keep(rest.arrays(), rest.buffers());
    }

    /** The same for bytes that are this link's own. */
    private boolean write(ByteBuffer bytes) {
        wrote(bytes.remaining());
        try {
            if (channel != null && writeNow(bytes)) {
                return true;
            }
        } catch (IOException e) {
            broken();
            return false;
        }
        return keep(new byte[][] {bytes.array()}, bytes);
    }

    private void wrote(int bytes) {
        SENT_AT.setRelease(this, System.nanoTime());
        BYTES_SENT.setRelease(this, bytesSent + bytes);
    }

    /** @return whether the kernel took all */
    private boolean writeNow(ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (end - bytes.position() > PIECE) {
            bytes.limit(bytes.position() + PIECE);
            channel.write(bytes);
            boolean taken = !bytes.hasRemaining();
            bytes.limit(end);
            if (!taken) {
                return false;
            }
        }
        channel.write(bytes);
        return !bytes.hasRemaining();
    }

    /** Keeps what the kernel did not take, until it does. @return whether all is out already */
    private boolean keep(byte[][] arrays, ByteBuffer... buffers) {
        unsent = arrays;
        transport.keeps(arrays);
        Runnable over = () -> {
            unsent = NOTHING_UNSENT;
            transport.keepsNoLonger(arrays);
        };
        return finish(Callback.from(over, x -> over.run()), buffers);
    }

    /** Writes through Jetty, which goes on when the socket can take more. @return whether all is out already */
    private boolean finish(Callback then, ByteBuffer... buffers) {
        stuckSince = System.nanoTime();
        Rest rest = new Rest(then);
        if (Stream.of(buffers).allMatch(buffer -> buffer.remaining() <= PIECE)) {
            wire.finish(rest, buffers);
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
            wire.finish(this, piece);
            return Action.SCHEDULED;
        }
    }

    /**
     * The end of a write through Jetty, which under TLS comes mostly before the call returns: then the caller goes on and not the
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
            broken();
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }

    /** The socket failed; nothing is written any more. The real end point's closing tells Jetty, and Jetty tells {@link #onClosed}. */
    private void broken() {
        wire.drop();
    }

    // ---- closing

    @Override
    public void close(int code, String reason) {
        close(code, reason, null, false);
    }

    @Override
    public void close(int code, String reason, byte[] last, boolean text) {
        CoreSession open = session;
        if (open == null || !CLOSING.compareAndSet(this, false, true)) {
            return;
        }
        if (last != null) {
            enqueue(Framing.frame(text ? Framing.TEXT : Framing.BINARY, last));
        }
        closeDeadline = System.nanoTime() + closeLimit;
        transport.attend(this);
        open.close(code, cut(reason), Callback.NOOP);
        synchronized (inLock) {
            // the peer's close frame has to be read, whatever waits before it
            halted = false;
            held.clear();
            heldBytes = 0;
            heldSince = 0;
            restsUntil = 0;
            inbound = Inbound.FLOWING;
        }
        account();
        heldClose().run();
        wire.readOn();
    }

    private static String cut(String reason) {
        if (reason == null || reason.getBytes(StandardCharsets.UTF_8).length <= MAX_REASON) {
            return reason;
        }
        String shorter = reason.substring(0, Math.min(reason.length(), MAX_REASON));
        while (shorter.getBytes(StandardCharsets.UTF_8).length > MAX_REASON || !StandardCharsets.UTF_8.newEncoder().canEncode(shorter)) {
            shorter = shorter.substring(0, shorter.length() - 1);
        }
        return shorter;
    }

    @Override
    public void abort() {
        wire.reset();
    }

    /** Like {@link #abort()}, but what was written may still arrive. */
    void drop() {
        wire.drop();
    }

    /** Whether our close frame is out, to its last byte: then nothing is being written, nor will be. */
    boolean closeFrameWritten() {
        return closeFrameWritten;
    }

    /** Whether the peer's close frame has come: if not, the socket must not be closed with input unread. */
    boolean peerClosed() {
        return peerClosed;
    }

    void lingers() {
        closeDeadline = System.nanoTime() + closeLimit;
        transport.attend(this);
    }

    /** Has the clock look at this link at its next tick. */
    void attend() {
        transport.attend(this);
    }

    /** Closes it because of what it holds; it is gone a second later at most. */
    void evict(int code, String reason) {
        closeLimit = EVICTION_LIMIT;
        transport.closes(this, code, reason);
        closeDeadline = System.nanoTime() + EVICTION_LIMIT;
        transport.attend(this);
    }

    /** Drops it at once because of what it holds. */
    void giveUp() {
        given = true;
        abort();
        account();
    }

    /** What the socket has not taken; empty if it has all. */
    byte[][] unsent() {
        return unsent;
    }

    /** What it holds of input, in bytes. */
    int inputBytes() {
        return inputBytes;
    }

    /** Since when it holds input, nanoseconds; 0: it holds none. */
    long inputSince() {
        long since = unfinishedSince;
        return since != 0 ? since : heldSince;
    }

    boolean tcpOpen() {
        return wire.real().isOpen();
    }

    /** Called by the transport's clock. @return whether it has to look again at its next tick, and not just at its next round */
    boolean tick(long now) {
        if (closing && closeDeadline != 0 && now - closeDeadline > 0) {
            abort();
        }
        long rest = restsUntil;
        if (rest != 0 && now - rest >= 0) {
            wakeUp();
        }
        watchMessage(now);
        boolean postponed = wire.retry();
        offer();
        long since = heldSince;
        if (since != 0 && !transport.handled() && now - since > transport.settings().handoverNanos()) {
            transport.closes(this, CloseStatus.SERVICE_RESTART, "nothing takes messages at the moment");
        }
        return closing && tcpOpen() || since != 0 || postponed || restsUntil != 0;
    }

    private void watchMessage(long now) {
        long since = unfinishedSince;
        if (since == 0 || closing) {
            return;
        }
        if (holdsInput()) {
            // nobody reads it at the moment
            unfinishedSince = now == 0 ? 1 : now;
        } else if (now - since > transport.settings().budgets().messageNanos()) {
            evict(TOO_SLOW, "a message was not complete within " + TimeUnit.NANOSECONDS.toSeconds(transport.settings().budgets().messageNanos()) + " s");
        }
    }

    @Override
    public void rest(long nanos) {
        long until = System.nanoTime() + Math.min(nanos, LONGEST_REST);
        restsUntil = until == 0 ? 1 : until;
        transport.attend(this);
    }

    private void wakeUp() {
        restsUntil = 0;
        if (replyCount > 0) {
            writeReplies();
        }
        flow();
        wire.readOn();
    }

    // ---- reading

    @Override
    public void onOpen(CoreSession core, Callback callback) {
        session = core;
        callback.succeeded();
        transport.opened(this);
        core.demand();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        receivedAt = System.nanoTime();
        wire.expectReceipt(frame.getOpCode() == OpCode.PONG);
        switch (frame.getOpCode()) {
            case OpCode.PING -> {
                byte[] payload = new byte[frame.getPayloadLength()];
                frame.getPayload().get(payload);
                callback.succeeded();
                saysNothing();
                if (!closing) {
                    pong(Framing.frame(Framing.PONG, payload));
                }
                session.demand();
            }
            case OpCode.PONG -> {
                ByteBuffer payload = frame.getPayload();
                if (payload.remaining() != Long.BYTES || !arrived(payload.getLong(payload.position()))) {
                    saysNothing();
                }
                callback.succeeded();
                session.demand();
            }
            case OpCode.CLOSE -> {
                peerClosed = true;
                synchronized (inLock) {
                    if (!closing && (inbound != Inbound.FLOWING || waits())) {
                        heldClose = () -> peerCloses(callback);
                        return;
                    }
                }
                peerCloses(callback);
            }
            default -> data(frame, callback);
        }
    }

    private void peerCloses(Callback callback) {
        if (CLOSING.compareAndSet(this, false, true)) {
            closedByPeer = true;
            closeDeadline = System.nanoTime() + closeLimit;
            transport.attend(this);
        }
        callback.succeeded();
    }

    /**
     * Takes the receipt of the ping under way, and no other: what is read ahead may be the middle of a frame, but never one with these
     * eight bytes by chance.
     */
    boolean receipt(long token) {
        if (token == 0 || token != pingAt) {
            return false;
        }
        receivedAt = System.nanoTime();
        arrived(token);
        return true;
    }

    /** @return whether it was that of a ping under way */
    private boolean arrived(long token) {
        long since = pingAt;
        long now = System.nanoTime();
        // pongs come in order: one for a later ping vouches for the earlier ones, too
        if (since != 0 && token - since >= 0 && now - token >= 0) {
            roundTrip = Math.max(1, now - token);
            pingAt = 0;
            offer();
            return true;
        }
        return false;
    }

    /** A frame that says nothing has come: who sends very many of them is read more slowly. */
    private void saysNothing() {
        long now = receivedAt;
        idleFramesUntil = (idleFramesUntil - now > 0 ? idleFramesUntil : now) + IDLE_FRAME;
        long beyond = idleFramesUntil - now - IDLE_FRAMES;
        if (beyond > 0) {
            idleFramesUntil = now + IDLE_FRAMES + Math.min(beyond, LONGEST_REST);
            rest(beyond);
        }
    }

    /** What has been read ends in a frame or not. Whoever reads, before Jetty parses it. */
    void scanned(FrameScan scan) {
        int bytes = scan.held();
        boolean unfinished = scan.unfinished();
        if (unfinished || frameUnfinished) {
            frameUnfinished = unfinished;
            if (unfinished && unfinishedSince == 0) {
                unfinishedSince = token();
            }
        }
        if (bytes != frameBytes) {
            frameBytes = bytes;
            account();
        }
    }

    /** Has the transport count what the link holds of input. */
    private void account() {
        int change;
        synchronized (inLock) {
            int now = gone || given ? 0 : frameBytes + fragmentBytes + heldBytes;
            change = now - inputBytes;
            inputBytes = now;
        }
        if (change != 0) {
            transport.inputChanged(change);
        }
    }

    private void data(Frame frame, Callback callback) {
        ByteBuffer payload = frame.getPayload();
        boolean text;
        if (fragments == null && frame.isFin()) {
            text = frame.getOpCode() == OpCode.TEXT;
        } else {
            if (fragments == null) {
                fragments = new ByteArrayOutputStream();
                fragmentsText = frame.getOpCode() == OpCode.TEXT;
            }
            if (payload.remaining() < IDLE_FRAGMENT) {
                saysNothing();
            }
            if (fragments.size() + payload.remaining() > transport.messageBytes()) {
                fragments = null;
                fragmentBytes = 0;
                account();
                callback.succeeded();
                close(CloseStatus.MESSAGE_TOO_LARGE, "a message has at most " + transport.messageBytes() + " bytes");
                return;
            }
            byte[] part = new byte[payload.remaining()];
            payload.get(part);
            fragments.writeBytes(part);
            if (!frame.isFin()) {
                // it grows by doubling
                fragmentBytes = 2 * fragments.size() + HELD_OVERHEAD;
                account();
                callback.succeeded();
                session.demand();
                return;
            }
            payload = ByteBuffer.wrap(fragments.toByteArray());
            text = fragmentsText;
            fragments = null;
            fragmentBytes = 0;
            account();
        }
        if (!frameUnfinished) {
            unfinishedSince = 0;
        } else if (unfinishedSince != 0) {
            // the next one has begun in what was read with this one
            unfinishedSince = receivedAt == 0 ? 1 : receivedAt;
        }
        if (closing) {
            callback.succeeded();
            session.demand();
            return;
        }
        if (text && !Utf8.valid(payload)) {
            callback.succeeded();
            close(CloseStatus.BAD_PAYLOAD, "text must be UTF-8");
            return;
        }
        deliver(payload, text);
        callback.succeeded();
        session.demand();
    }

    /** Hands a message on, or holds it until that can be. Jetty's reading thread. */
    private void deliver(ByteBuffer payload, boolean text) {
        boolean now;
        synchronized (inLock) {
            if (closing) {
                return;
            }
            boolean free = inbound == Inbound.FLOWING && !waits();
            now = free && !cannotHand();
            if (now) {
                heldSince = 0;
                inbound = Inbound.DELIVERING;
            } else {
                hold(payload, text, false);
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
        return replyCount > 0 || restsUntil != 0 || !transport.handled();
    }

    /** Guarded by inLock. */
    private void halt() {
        halted = true;
        if (heldSince == 0) {
            heldSince = token();
            transport.attend(this);
        }
    }

    /** Whether something that was read has to wait. Guarded by inLock. */
    private boolean waits() {
        return halted || inbound == Inbound.PAUSED || !held.isEmpty();
    }

    /** Guarded by inLock; {@link #account} follows. */
    private void hold(ByteBuffer payload, boolean text, boolean inFront) {
        byte[] copy = new byte[payload.remaining()];
        payload.duplicate().get(copy);
        heldBytes += copy.length + HELD_OVERHEAD;
        if (inFront) {
            held.addFirst(new Message(copy, text));
        } else {
            held.add(new Message(copy, text));
        }
    }

    /** Calls the handler; whoever calls this has set {@code DELIVERING}. */
    private void hand(ByteBuffer payload, boolean text) {
        Boolean on = transport.message(this, payload, text);
        synchronized (inLock) {
            boolean resumed = inbound == Inbound.RESUMED;
            inbound = Inbound.FLOWING;
            if (closing) {
                return;
            }
            if (on == null) {
                // the handler left in this very moment
                hold(payload, text, true);
                halt();
            } else if (!on && !resumed) {
                inbound = Inbound.PAUSED;
            }
        }
        if (on == null && transport.handled()) {
            transport.later(this, this::flow);
        }
    }

    /** Hands on what is held, as far as that can be, then lets the socket be read again. */
    private void drain() {
        for (;;) {
            Message next = null;
            synchronized (inLock) {
                if (inbound != Inbound.FLOWING || halted) {
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
                    inbound = Inbound.DELIVERING;
                }
            }
            if (next == null) {
                flow();
                return;
            }
            account();
            hand(ByteBuffer.wrap(next.payload), next.text);
        }
        receivedAt = System.nanoTime();
        heldClose().run();
        wire.readOn();
    }

    /** The peer's close frame, if it waits for messages before it. */
    private Runnable heldClose() {
        synchronized (inLock) {
            Runnable waiting = heldClose;
            heldClose = NOTHING;
            return waiting;
        }
    }

    @Override
    public void resume() {
        synchronized (inLock) {
            if (inbound == Inbound.DELIVERING) {
                inbound = Inbound.RESUMED;
                return;
            }
            if (inbound != Inbound.PAUSED) {
                return;
            }
            inbound = Inbound.FLOWING;
            receivedAt = System.nanoTime();
        }
        transport.later(this, this::drain);
    }

    /** Goes on after a halt. */
    void flow() {
        synchronized (inLock) {
            if (!halted || cannotHand()) {
                return;
            }
            halted = false;
            receivedAt = System.nanoTime();
        }
        transport.later(this, this::drain);
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        closing = true;
        if (GONE.compareAndSet(this, false, true)) {
            account();
            transport.closed(this, status.getCode(), status.getReason() == null ? "" : status.getReason());
        }
        callback.succeeded();
    }

    void limits(Settings settings) {
        CoreSession core = session;
        if (core != null) {
            core.setMaxFrameSize(settings.messageBytes());
        }
    }

    void later(Runnable task) {
        transport.later(this, task);
    }

    java.util.concurrent.Executor executor() {
        return ((WebSocketCoreSession) session).getExecutor();
    }

    // ---- facts

    @Override
    public long receivedAt() {
        return inputWaits() ? System.nanoTime() : receivedAt;
    }

    private boolean inputWaits() {
        synchronized (inLock) {
            return waits();
        }
    }

    /** Whether the socket must not be read at the moment; {@link Wire#readOn} follows when it may. */
    boolean holdsInput() {
        synchronized (inLock) {
            return inbound != Inbound.FLOWING || waits() || restsUntil != 0;
        }
    }

    @Override
    public boolean closedByPeer() {
        return closedByPeer;
    }

    @Override
    public long sentAt() {
        return sentAt;
    }

    @Override
    public long stuckSince() {
        return stuckSince;
    }

    @Override
    public long roundTrip() {
        return roundTrip;
    }

    @Override
    public long bytesSent() {
        return bytesSent;
    }

    @Override
    public String toString() {
        return "link " + id;
    }
}
