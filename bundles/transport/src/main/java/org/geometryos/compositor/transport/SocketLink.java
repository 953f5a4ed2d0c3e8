package org.geometryos.compositor.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkTap;
import org.geometryos.compositor.transport.api.SocketWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket: joins what goes out ({@link Outbox}, with {@link Receipts}), what comes in ({@link Inbox}), how it
 * ends ({@link Closing}), Jetty's session and the {@link SocketTransport}. By itself it has the numbers of its stream
 * alone.
 *
 * <p>What each send needs is in this one object, the outbox and the receipts as its superclasses: a pass over thousands
 * of links costs what it fetches from memory. What no send needs is in objects of its own.
 */
final class SocketLink extends Outbox implements Link, FrameHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SocketLink.class);
    private static final int TOO_SLOW = 4408;

    private static final VarHandle CURSOR = handle("cursor", long.class);
    private static final VarHandle DELIVERED = handle("delivered", long.class);
    private static final VarHandle DUE = handle("due", long.class);
    private static final VarHandle GONE = handle("gone", boolean.class);
    private static final VarHandle TAP = handle("tap", LinkTap.class);

    private volatile long cursor;
    private volatile long delivered;
    private volatile long due;

    private final long id;
    private final Handshake handshake;
    private final SocketTransport transport;
    /** Null once the TCP connection is gone: see {@link #letGo}. */
    private volatile Wire wire;

    private final ConcurrentMap<String, Object> attributes = new ConcurrentHashMap<>();
    private final Inbox inbox = new Messages();
    private final Closing closing = new Closing();
    /** Null before there is one, and once the TCP connection is gone. */
    private volatile CoreSession session;

    private volatile boolean gone;
    /** Null while nobody looks. */
    private volatile LinkTap tap;

    SocketLink(long id, Handshake handshake, SocketTransport transport, Wire wire) {
        super(wire.channel());
        this.id = id;
        this.handshake = handshake;
        this.transport = transport;
        this.wire = wire;
        wire.attach(this);
    }

    private static VarHandle handle(String field, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(SocketLink.class, field, type);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
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

    // ---- the stream

    @Override
    @SuppressWarnings("unused")
    public void prefetch() {
        super.prefetch();
        long numbers = cursor;
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
        // seen by whoever acquires the link next, after "streaming" or "writing": no fence of their own, of which each
        // would wait for memory
        DELIVERED.setRelease(this, deliveredSoFar);
        DUE.setRelease(this, dueSoFar);
        // the last: who reads it first has the account that belongs to it, or finds it moved in the end
        CURSOR.setRelease(this, position);
    }

    @Override
    public Sent send(long asOwner, Batch batch, long position, long nowDelivered, long nowDue) {
        FrameBatch frames = (FrameBatch) batch;
        Sent sent = send(asOwner, frames, position, nowDelivered, nowDue);
        if (tap != null && sent == Sent.TAKEN) {
            frames.forEach((payload, text) -> tapped(true, payload, text));
        }
        return sent;
    }

    // ---- who looks

    @Override
    public boolean tap(LinkTap wanted) {
        return TAP.compareAndSet(this, null, wanted);
    }

    @Override
    public void untap(LinkTap unwanted) {
        TAP.compareAndSet(this, unwanted, null);
    }

    private void tapped(boolean sent, ByteBuffer payload, boolean text) {
        LinkTap now = tap;
        if (now == null) {
            return;
        }
        try {
            now.message(sent, payload.asReadOnlyBuffer(), text);
        } catch (RuntimeException | Error e) {
            untap(now);
            LOG.warn("a tap of link {} failed and is taken away: {}", id, e.toString());
        }
    }

    // ---- beside the stream

    @Override
    public boolean reply(byte[] payload, boolean text) {
        boolean taken = open() && enqueue(frame(payload, text));
        if (tap != null && taken) {
            tapped(true, ByteBuffer.wrap(payload), text);
        }
        return taken;
    }

    @Override
    public boolean replyAt(long position, byte[] payload, boolean text) {
        boolean taken = sendAt(position, frame(payload, text));
        if (tap != null && taken) {
            tapped(true, ByteBuffer.wrap(payload), text);
        }
        return taken;
    }

    private static byte[] frame(byte[] payload, boolean text) {
        return Framing.frame(text ? Framing.TEXT : Framing.BINARY, payload);
    }

    @Override
    public void signal() {
        transport.changed(this);
    }

    // ---- what the outbox needs

    @Override
    SocketWriter writer() {
        return transport.writer();
    }

    @Override
    boolean holdsTooMuch() {
        return transport.holdings().tooMuchUnsent();
    }

    /** While nothing is read, no receipt can come: what input waits for must go out, or it would wait for ever. */
    @Override
    boolean missesReceipts() {
        return transport.settings().busyDetection() && !inbox.inputWaits();
    }

    @Override
    void ready() {
        transport.ready(this);
    }

    @Override
    void repliesAreOut() {
        inbox.flow();
    }

    @Override
    void keeps(byte[][] arrays) {
        transport.holdings().keeps(arrays);
    }

    @Override
    void keepsNoLonger(byte[][] arrays) {
        transport.holdings().keepsNoLonger(arrays);
    }

    @Override
    void writeThrough(Callback callback, ByteBuffer... buffers) {
        Wire open = wire;
        if (open == null) {
            callback.failed(new ClosedChannelException());
        } else {
            open.finish(callback, buffers);
        }
    }

    /**
     * Like {@link #abort()}, but what was written may still arrive. The real end point's closing tells Jetty, and Jetty
     * {@link #onClosed}.
     */
    @Override
    void drop() {
        withWire(Wire::drop);
    }

    // ---- what comes in

    @Override
    public void onOpen(CoreSession core, Callback callback) {
        session = core;
        opens();
        callback.succeeded();
        transport.opened(this);
        core.demand();
    }

    @Override
    public void onFrame(Frame frame, Callback callback) {
        inbox.received();
        Wire open = wire;
        if (open != null) {
            open.expectShort(frame.getPayloadLength() <= Framing.SHORT);
        }
        switch (frame.getOpCode()) {
            case OpCode.PING -> {
                byte[] payload = new byte[frame.getPayloadLength()];
                frame.getPayload().get(payload);
                callback.succeeded();
                inbox.saysNothing();
                if (open()) {
                    answer(Framing.frame(Framing.PONG, payload));
                    // what it rests for has to wait for its answer, too
                    if (!inbox.rests()) {
                        writeReplies();
                    }
                    if (answersWait()) {
                        inbox.haltForReplies();
                    }
                }
                demand();
            }
            case OpCode.PONG -> {
                ByteBuffer payload = frame.getPayload();
                if (payload.remaining() == Long.BYTES && arrived(payload.getLong(payload.position()))) {
                    offer();
                } else {
                    inbox.saysNothing();
                }
                callback.succeeded();
                demand();
            }
            case OpCode.CLOSE -> {
                closing.peerCloses();
                if (!inbox.holdsBack(() -> peerCloses(callback))) {
                    peerCloses(callback);
                }
            }
            default -> data(frame, callback);
        }
    }

    private void data(Frame frame, Callback callback) {
        Inbox.Taken taken = inbox.data(frame.getPayload(), frame.isFin(), frame.getOpCode() == OpCode.TEXT);
        callback.succeeded();
        switch (taken) {
            case TAKEN -> demand();
            case TOO_LONG ->
                close(CloseStatus.MESSAGE_TOO_LARGE, "a message has at most " + transport.messageBytes() + " bytes");
            case NO_TEXT -> close(CloseStatus.BAD_PAYLOAD, "text must be UTF-8");
        }
    }

    /** Takes the receipt of the ping under way, and no other. */
    boolean receipt(long token) {
        if (!awaits(token)) {
            return false;
        }
        inbox.received();
        if (arrived(token)) {
            offer();
        }
        return true;
    }

    /** Takes a message that came whole in one short frame, if that can be at once. */
    boolean brief(ByteBuffer payload, boolean text) {
        // who looks sees a message before its answer
        return tap == null && inbox.takesBrief(payload, text);
    }

    void scanned(FrameScan scan) {
        inbox.scanned(scan);
    }

    boolean holdsInput() {
        return inbox.holdsInput();
    }

    /** Whether it sent too many frames that say nothing in what was read last. Whoever reads, once a read. */
    boolean flooded() {
        return inbox.flooded();
    }

    @Override
    public void resume() {
        inbox.resume();
    }

    /** Goes on after a halt, if what it was for is over. */
    void flow() {
        inbox.flow();
    }

    @Override
    public void rest(long nanos) {
        inbox.rest(nanos);
    }

    @Override
    public boolean postpone(long nanos) {
        inbox.postpone(nanos);
        return true;
    }

    /** What comes in, with what it needs of the rest. */
    private final class Messages extends Inbox {
        @Override
        boolean closing() {
            return !open();
        }

        @Override
        boolean repliesWait() {
            return SocketLink.this.repliesWait();
        }

        @Override
        boolean handled() {
            return transport.handled();
        }

        @Override
        Boolean message(ByteBuffer payload, boolean text) {
            return transport.message(SocketLink.this, payload, text);
        }

        @Override
        boolean brief(ByteBuffer payload, boolean text) {
            return transport.brief(SocketLink.this, payload, text);
        }

        @Override
        void arrived(ByteBuffer payload, boolean text) {
            if (tap != null) {
                tapped(false, payload, text);
            }
        }

        @Override
        int messageBytes() {
            return transport.messageBytes();
        }

        @Override
        void holds(int change) {
            transport.holdings().inputChanged(change);
        }

        @Override
        void later(Runnable task) {
            transport.later(SocketLink.this, task);
        }

        @Override
        void attend() {
            SocketLink.this.attend();
        }

        @Override
        void readOn() {
            withWire(Wire::readOn);
        }

        @Override
        void awake() {
            SocketLink.this.awake();
        }

        @Override
        long idleFrame(long now) {
            return transport.idleFrame(now);
        }
    }

    // ---- closing

    @Override
    public void close(int code, String reason) {
        close(code, reason, null, false);
    }

    @Override
    public void close(int code, String reason, byte[] last, boolean text) {
        if (!shut()) {
            return;
        }
        if (last != null) {
            enqueue(frame(last, text));
            tapped(true, ByteBuffer.wrap(last), text);
        }
        lingers();
        CoreSession core = session;
        if (core != null) {
            core.close(code, Closing.cut(reason), Callback.NOOP);
        }
        inbox.clear();
    }

    private void peerCloses(Callback callback) {
        if (shut()) {
            closing.isThePeers();
            lingers();
        }
        callback.succeeded();
    }

    @Override
    public void abort() {
        withWire(Wire::reset);
    }

    /** Whether the peer's close frame has come: if not, the socket must not be closed with input unread. */
    boolean peerClosed() {
        return closing.peerClosed();
    }

    @Override
    public boolean closedByPeer() {
        return closing.begunByPeer();
    }

    /** A step of the close begins; the clock sees to it that it ends. */
    void lingers() {
        closing.begins(nanos());
        attend();
    }

    /** Closes it because of what it holds; it is gone a second later at most. */
    void evict(int code, String reason) {
        closing.hurries();
        transport.closes(this, code, reason);
        lingers();
    }

    /** Drops it at once because of what it holds, which counts no longer. */
    void giveUp() {
        abort();
        inbox.ends();
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        ends();
        if (GONE.compareAndSet(this, false, true)) {
            inbox.ends();
            transport.closed(this, status.getCode(), status.getReason() == null ? "" : status.getReason());
        }
        callback.succeeded();
        if (!tcpOpen()) {
            letGo();
        }
    }

    /**
     * The TCP connection is gone. Whoever still holds this link, as a queue that waits for its turn does, holds none of
     * the buffers that Jetty or the link had for it: they count no longer.
     */
    private void letGo() {
        wire = null;
        session = null;
        letWritesGo();
        inbox.letGo();
    }

    private void withWire(Consumer<Wire> action) {
        Wire open = wire;
        if (open != null) {
            action.accept(open);
        }
    }

    private void demand() {
        CoreSession core = session;
        if (core != null) {
            core.demand();
        }
    }

    // ---- the clock

    /** Has the clock look at this link at its next tick. */
    void attend() {
        transport.attend(this);
    }

    /**
     * Called by the transport's clock. @return whether it has to look again at its next tick, and not just at its next
     * round
     */
    boolean tick(long now) {
        if (gone && !tcpOpen()) {
            // whatever it still holds, nothing will come of it
            return false;
        }
        if (!open() && closing.over(now)) {
            abort();
        }
        if (inbox.wakesUp(now)) {
            awake();
        }
        long limit = transport.settings().budgets().messageNanos();
        if (inbox.late(now, limit)) {
            evict(TOO_SLOW, "a message was not complete within " + TimeUnit.NANOSECONDS.toSeconds(limit) + " s");
        }
        Wire open = wire;
        boolean postponed = open != null && open.retry();
        offer();
        long since = inbox.heldSince();
        if (since != 0
                && !transport.handled()
                && now - since > transport.settings().handoverNanos()) {
            transport.closes(this, CloseStatus.SERVICE_RESTART, "no endpoint takes messages at the moment");
        }
        if (gone && !tcpOpen()) {
            letGo();
            return false;
        }
        return !open() && tcpOpen() || since != 0 || postponed || inbox.rests();
    }

    private void awake() {
        if (repliesWait()) {
            writeReplies();
        }
        inbox.flow();
        withWire(Wire::readOn);
    }

    boolean tcpOpen() {
        Wire open = wire;
        return open != null && open.real().isOpen();
    }

    void setLimits(Settings settings) {
        CoreSession core = session;
        if (core != null) {
            core.setMaxFrameSize(settings.messageBytes());
        }
    }

    void later(Runnable task) {
        transport.later(this, task);
    }

    /** Who runs what may wait; empty once the connection is gone, and with it all that there could be to do. */
    Optional<Executor> executor() {
        return Optional.ofNullable((WebSocketCoreSession) session).map(WebSocketCoreSession::getExecutor);
    }

    // ---- facts

    /** What the link holds of input, in bytes. */
    int inputBytes() {
        return inbox.bytes();
    }

    /** Since when the link holds input, nanoseconds; 0: it holds none. */
    long inputSince() {
        return inbox.since();
    }

    @Override
    public long receivedAt() {
        return inbox.receivedAt();
    }

    @Override
    public String toString() {
        return "link " + id;
    }
}
