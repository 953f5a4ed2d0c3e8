package org.geometryos.compositor.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * The end point that Jetty's WebSocket connection is built on, around the real one. Jetty reads through it; what Jetty
 * writes (close frames alone) takes its turn with our own frames in {@link SocketLink}. When Jetty closes it after a
 * close frame went out, the socket is half-closed first and read until the peer is done: closing it with unread input
 * would make the kernel send a reset, and the peer would never see the close frame.
 *
 * <p>What TLS makes different is in {@link TlsWire}; {@link PlainWire} is all that is needed without it.
 */
abstract class Wire implements EndPoint, EndPoint.Wrapper {
    private static final int LITTLE = 512;
    private static final int LINGER_READS = 64;
    /** How much is read at a time where something short is expected, bytes; a receipt has 14. */
    private static final int READ_AHEAD = Framing.SHORT + 256;

    // of the JDK's own types: a thread keeps what it got from a bundle that has been replaced
    /** What a selector's thread reads into. */
    private static final ThreadLocal<ByteBuffer> AHEAD =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(READ_AHEAD));

    /** The message in it. */
    private static final ThreadLocal<ByteBuffer> MESSAGE =
            ThreadLocal.withInitial(() -> ByteBuffer.allocate(Framing.SHORT));

    final EndPoint real;
    /** The TCP connection: below the TLS layer, or the real end point itself. */
    final EndPoint tcp;

    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile SocketLink link;
    private volatile Interest interest;
    /** Guarded by this. */
    private Callback deferred;
    // whoever reads: Jetty's thread, or the selector's while Jetty waits for input
    private boolean shortExpected;
    private final FrameScan frames = new FrameScan();
    /** What was read ahead and Jetty has not got yet, else null. */
    private ByteBuffer ahead;

    Wire(EndPoint real) {
        this.real = real;
        EndPoint lowest = real;
        while (lowest instanceof EndPoint.Wrapper wrapper) {
            lowest = wrapper.unwrap();
        }
        this.tcp = lowest;
    }

    /** The one that fits what Jetty has made of a connection. */
    static Wire around(EndPoint real) {
        return real.getClass() == SocketChannelEndPoint.class
                ? new PlainWire((SocketChannelEndPoint) real)
                : new TlsWire(real);
    }

    /** What may be written to directly, or null if all has to go through {@link #finish}. */
    abstract SocketChannel channel();

    /**
     * Ends the TCP connection with a reset, so that nothing of it stays in the kernel, whatever the peer does; under
     * TLS as {@link #drop()}.
     */
    abstract void reset();

    /**
     * Writes all, as the socket takes it; one write at a time. The buffers are the end point's until the callback is
     * called.
     */
    abstract void finish(Callback callback, ByteBuffer... buffers);

    /** Runs what asks the real end point for input, in its turn. */
    abstract void ask(Runnable interest);

    /** Whether the selector's thread may take by itself what is short. */
    abstract boolean readsAhead();

    /** Whether a close that both sides have said ends the connection at once. */
    abstract boolean endsAtOnce();

    /** Tries again what was postponed; called by the transport's clock. @return whether something still is */
    abstract boolean retry();

    void attach(SocketLink owner) {
        link = owner;
    }

    /** Whose socket it is. */
    final SocketLink link() {
        return link;
    }

    EndPoint real() {
        return real;
    }

    /** Asks the kernel for a send buffer of this size in bytes. */
    void sendBuffer(int bytes) throws IOException {
        if (tcp instanceof SocketChannelEndPoint socket) {
            socket.getChannel().setOption(StandardSocketOptions.SO_SNDBUF, bytes);
        }
    }

    /** Ends the TCP connection now, and with it a write that is under way. */
    final void drop() {
        drop(null);
    }

    final void drop(Throwable cause) {
        closed.set(true);
        tcp.close(cause);
        real.close(cause);
    }

    // writing

    @Override
    public void write(Callback callback, ByteBuffer... buffers) {
        link.jettyWrites(callback, buffers);
    }

    @Override
    public boolean flush(ByteBuffer... buffers) {
        throw new IllegalStateException("written past the link");
    }

    // closing

    @Override
    public void close(Throwable cause) {
        if (closed.getAndSet(true)) {
            return;
        }
        if (cause != null || !link.closeFrameWritten()) {
            drop(cause);
        } else if (endsAtOnce() && link.peerClosed()) {
            real.close();
        } else {
            link.lingers();
            shutdownOutput();
            discard();
        }
    }

    @Override
    public boolean isOpen() {
        return !closed.get() && real.isOpen();
    }

    /** Reads what the peer still sends, until it is done or the link's deadline drops the socket. */
    private void discard() {
        ByteBuffer bytes = BufferUtil.allocate(4096);
        try {
            for (int i = 0; i < LINGER_READS; i++) {
                BufferUtil.clear(bytes);
                int n = real.fill(bytes);
                if (n < 0) {
                    drop();
                    return;
                }
                if (n == 0) {
                    break;
                }
            }
            tryFillInterested(Callback.NOOP);
        } catch (IOException | RuntimeException | Error e) {
            drop();
        }
    }

    // reading

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (closed.get()) {
            return -1;
        }
        if (link.holdsInput()) {
            return 0;
        }
        int n;
        if (ahead == null) {
            n = link.flooded() ? fillLittle(buffer) : real.fill(buffer);
        } else {
            n = BufferUtil.append(buffer, ahead);
            if (!ahead.hasRemaining()) {
                ahead = null;
            }
        }
        if (n > 0) {
            frames.take(buffer, buffer.limit() - n, buffer.limit());
            link.scanned(frames);
        }
        return n;
    }

    /** As few bytes as a link may read that rests between its reads: a whole buffer has thousands of empty frames. */
    private int fillLittle(ByteBuffer buffer) throws IOException {
        ByteBuffer little = BufferUtil.allocate(Math.min(LITTLE, BufferUtil.space(buffer)));
        int n = real.fill(little);
        BufferUtil.append(buffer, little);
        return n;
    }

    /**
     * What came last was short, as from most displays always: then the selector's thread reads what comes next. What is
     * a receipt or a brief message is dealt with there. At 1000 displays and 60 Hz that spares a tenth of the server's
     * CPU time for receipts alone. Jetty's reading thread.
     */
    void expectShort(boolean expected) {
        shortExpected = expected && readsAhead();
    }

    /** Reads, and takes what is short. @return false if there is something else, too; the selector's thread */
    private boolean takesShort() {
        if (link.holdsInput()) {
            return false;
        }
        ByteBuffer bytes = AHEAD.get();
        BufferUtil.clear(bytes);
        int n;
        try {
            n = real.fill(bytes);
        } catch (IOException e) {
            // Jetty meets it again
            return false;
        }
        boolean taken = true;
        while (taken && bytes.hasRemaining()) {
            taken = takesReceipt(bytes) || takesBrief(bytes, MESSAGE.get());
        }
        if (!taken) {
            ahead = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        }
        return taken && n >= 0;
    }

    private boolean takesReceipt(ByteBuffer bytes) {
        if (!Framing.receipt(bytes) || !link.receipt(Framing.receiptToken(bytes))) {
            return false;
        }
        bytes.position(bytes.position() + Framing.RECEIPT);
        return true;
    }

    /** What is read may be the middle of a frame: then nothing in it is a message. */
    private boolean takesBrief(ByteBuffer bytes, ByteBuffer message) {
        if (frames.unfinished()) {
            return false;
        }
        int at = bytes.position();
        boolean text = (bytes.get(at) & 0xff) == Framing.TEXT;
        if (!Framing.shortMessage(bytes, message)) {
            return false;
        }
        if (link.brief(message, text)) {
            return true;
        }
        bytes.position(at);
        return false;
    }

    @Override
    public void fillInterested(Callback callback) {
        if (!deferred(callback)) {
            ask(interest(callback));
        }
    }

    /** @return true; that somebody else waits already, the callback is told */
    @Override
    public boolean tryFillInterested(Callback callback) {
        if (!deferred(callback)) {
            ask(interest(callback));
        }
        return true;
    }

    /** Puts Jetty's wish to read off while the link holds its input. */
    private synchronized boolean deferred(Callback callback) {
        if (closed.get() || !link.holdsInput()) {
            return false;
        }
        deferred = callback;
        return true;
    }

    /** The link holds its input no longer. */
    void readOn() {
        Callback callback;
        synchronized (this) {
            if (deferred == null || link.holdsInput()) {
                return;
            }
            callback = deferred;
            deferred = null;
        }
        ask(interest(callback));
    }

    private Interest interest(Callback callback) {
        Interest known = interest;
        if (known == null || known.callback != callback) {
            known = new Interest(callback);
            interest = known;
        }
        return known;
    }

    private final class Interest implements Callback, Runnable {
        private final Callback callback;

        Interest(Callback callback) {
            this.callback = callback;
        }

        @Override
        public void run() {
            if (ahead != null) {
                hand();
            } else if (!real.tryFillInterested(this) && !closed.get()) {
                callback.failed(new ReadPendingException());
            }
        }

        @Override
        public void succeeded() {
            if (closed.get()) {
                discard();
            } else if (!shortExpected) {
                callback.succeeded();
            } else if (takesShort()) {
                fillInterested(callback);
            } else {
                hand();
            }
        }

        /** Has a thread that may wait read on. */
        private void hand() {
            shortExpected = false;
            link.later(callback::succeeded);
        }

        @Override
        public void failed(Throwable x) {
            if (closed.get()) {
                drop();
            } else {
                callback.failed(x);
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return shortExpected ? InvocationType.NON_BLOCKING : callback.getInvocationType();
        }
    }

    // the rest is the real end point's

    @Override
    public EndPoint unwrap() {
        return real;
    }

    @Override
    @SuppressWarnings("deprecation")
    public InetSocketAddress getLocalAddress() {
        return real.getLocalAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return real.getLocalSocketAddress();
    }

    @Override
    @SuppressWarnings("deprecation")
    public InetSocketAddress getRemoteAddress() {
        return real.getRemoteAddress();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return real.getRemoteSocketAddress();
    }

    @Override
    public long getCreatedTimeStamp() {
        return real.getCreatedTimeStamp();
    }

    @Override
    public boolean isOutputShutdown() {
        return real.isOutputShutdown();
    }

    @Override
    public boolean isInputShutdown() {
        return real.isInputShutdown();
    }

    @Override
    public Object getTransport() {
        return real.getTransport();
    }

    @Override
    public long getIdleTimeout() {
        return real.getIdleTimeout();
    }

    @Override
    public void setIdleTimeout(long idleTimeout) {
        real.setIdleTimeout(idleTimeout);
    }

    @Override
    public synchronized boolean isFillInterested() {
        return deferred != null || real.isFillInterested();
    }

    @Override
    public Connection getConnection() {
        return real.getConnection();
    }

    @Override
    public void setConnection(Connection connection) {
        real.setConnection(connection);
    }

    @Override
    public void onOpen() {
        real.onOpen();
    }

    @Override
    public void onClose(Throwable cause) {
        real.onClose(cause);
    }

    @Override
    public void upgrade(Connection newConnection) {
        real.upgrade(newConnection);
    }

    @Override
    public SslSessionData getSslSessionData() {
        return real.getSslSessionData();
    }
}
