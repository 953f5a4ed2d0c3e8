package org.geometryos.compositor.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingNestedCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end point that Jetty's WebSocket connection is built on, around the real one. Jetty reads through it; what Jetty
 * writes (close frames alone) takes its turn with our own frames in {@link SocketLink}. When Jetty closes it after a close
 * frame went out, the socket is half-closed first and read until the peer is done: closing it with unread input would make
 * the kernel send a reset, and the peer would never see the close frame.
 *
 * <p>Jetty's TLS layer (12.0.32) keeps encrypted bytes that the socket did not take in a pooled buffer, and the selector's thread
 * goes on writing from it. Flushing, shutting down or closing the TLS end point at that time writes from the same buffer, or gives it
 * back to the pool, where another connection finds it: records are lost, repeated or sent to the wrong peer. Such a write is begun
 * by a flush that is incomplete, but also by asking for input after one, or after a key update. Therefore, under TLS,
 * <ul>
 * <li>writing, asking for input and shutting down the output take turns ({@link #inTurn});
 * <li>one write is under way at a time, and while Jetty waits for the socket nothing else is flushed ({@link TlsWrite},
 * {@link #flushInTurn});
 * <li>a connection on which something may be unwritten is closed from below, which ends the selector's write ({@link #drop});
 * <li>an orderly close leaves it to the peer to end the connection, since TLS's own closing message may be unwritten yet.
 * </ul>
 * What remains is Jetty answering a key update of the client (TLS 1.3) while a write of ours waits for the socket; that it does by itself,
 * at a moment that cannot be seen from here.
 */
final class Wire implements EndPoint, EndPoint.Wrapper {
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);
    private static final int LINGER_READS = 64;
    /** How much is read at a time where a receipt is expected, bytes; one has 14. */
    private static final int READ_AHEAD = 256;
    private static final ThreadLocal<ByteBuffer> AHEAD = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(READ_AHEAD));
    /** What Jetty's write flusher calls its state when it has nothing to write. */
    private static final String IDLE = "-";

    private final EndPoint real;
    /** The TCP connection: below the TLS layer, or the real end point itself. */
    private final EndPoint tcp;
    /** Null under TLS: then all bytes go through the real end point. */
    private final SocketChannel channel;
    // for TLS alone, else null
    private final Queue<Runnable> turns;
    private final AtomicInteger turnsWaiting;
    /** What found Jetty writing on its own account; one write or two shutdowns at most. */
    private final Queue<Runnable> postponed;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile SocketLink link;
    private volatile Interest interest;
    /** Guarded by this. */
    private Callback deferred;
    // whoever reads: Jetty's thread, or the selector's while Jetty waits for input
    private boolean receiptExpected;
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
        this.channel = real.getClass() == SocketChannelEndPoint.class ? ((SocketChannelEndPoint) real).getChannel() : null;
        this.turns = channel == null ? new ConcurrentLinkedQueue<>() : null;
        this.turnsWaiting = channel == null ? new AtomicInteger() : null;
        this.postponed = channel == null ? new ConcurrentLinkedQueue<>() : null;
    }

    void attach(SocketLink owner) {
        link = owner;
    }

    EndPoint real() {
        return real;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Asks the kernel for a send buffer of this size in bytes. */
    void sendBuffer(int bytes) throws IOException {
        if (tcp instanceof SocketChannelEndPoint socket) {
            socket.getChannel().setOption(StandardSocketOptions.SO_SNDBUF, bytes);
        }
    }

    /** Ends the TCP connection now, and with it a write that is under way. */
    void drop() {
        drop(null);
    }

    private void drop(Throwable cause) {
        closed.set(true);
        tcp.close(cause);
        real.close(cause);
    }

    /** Ends it with a reset, so that nothing of it stays in the kernel, whatever the peer does. Under TLS as {@link #drop()}. */
    void reset() {
        if (channel != null) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                LOG.debug("{} is closed already", link, e);
            }
        }
        drop();
    }

    // writing

    /** Writes all, as the socket takes it; one write at a time. The buffers are the end point's until the callback is called. */
    void finish(Callback callback, ByteBuffer... buffers) {
        if (channel != null) {
            real.write(callback, buffers);
        } else {
            new TlsWrite(callback, buffers).iterate();
        }
    }

    /**
     * A write through Jetty's TLS layer. What Jetty waits with for the socket never holds bytes to be encrypted: it would flush
     * such ones on its own account, several times in a row and out of turn.
     */
    private final class TlsWrite extends IteratingNestedCallback implements Runnable {
        private final ByteBuffer[] buffers;

        TlsWrite(Callback callback, ByteBuffer[] buffers) {
            super(callback);
            this.buffers = buffers;
        }

        @Override
        protected Action process() {
            if (BufferUtil.isEmpty(buffers)) {
                return Action.SUCCEEDED;
            }
            flushInTurn(this);
            return Action.SCHEDULED;
        }

        @Override
        public void run() {
            try {
                if (real.flush(buffers)) {
                    succeeded();
                } else {
                    real.write(this, BufferUtil.EMPTY_BUFFER);
                }
            } catch (IOException | RuntimeException | Error e) {
                failed(e);
            }
        }
    }

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
        } else if (channel != null && link.peerClosed()) {
            real.close();
        } else {
            link.lingers();
            shutdownOutput();
            discard();
        }
    }

    @Override
    public void shutdownOutput() {
        flushInTurn(real::shutdownOutput);
    }

    /** Runs what flushes, unless Jetty is writing on its own account (its answer to a key update): then the clock tries again. */
    private void flushInTurn(Runnable flush) {
        inTurn(() -> {
            if (busy()) {
                postponed.add(flush);
                link.attend();
            } else {
                flush.run();
            }
        });
    }

    /** Whether the selector may be writing from the TLS layer's buffer. */
    private boolean busy() {
        return channel == null && tcp instanceof AbstractEndPoint lower && lower.isOpen() && !lower.getWriteFlusher().toStateString().equals(IDLE);
    }

    /** Tries again what was postponed; called by the transport's clock. @return whether something still is */
    boolean retry() {
        if (channel != null) {
            return false;
        }
        Runnable flush = postponed.poll();
        if (flush != null) {
            flushInTurn(flush);
        }
        return !postponed.isEmpty();
    }

    /**
     * Runs one after the other what must not run at the same time under TLS; what finds another running is left to that thread. At
     * most one write, one shutdown and two requests for input are there at a time.
     */
    private void inTurn(Runnable task) {
        if (channel != null) {
            task.run();
            return;
        }
        turns.add(task);
        if (turnsWaiting.getAndIncrement() == 0) {
            do {
                try {
                    turns.remove().run();
                } catch (RuntimeException | Error e) {
                    LOG.warn("{} ends: {}", link, e.toString(), e);
                    drop(e);
                }
            } while (turnsWaiting.decrementAndGet() > 0);
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
            n = real.fill(buffer);
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

    /**
     * What came last was a receipt, as with most displays always: then the selector's thread reads what comes next, and if it is
     * receipts alone, takes them itself. At 1000 displays and 60 Hz that spares a tenth of the server's CPU time. Jetty's reading thread.
     */
    void expectReceipt(boolean expected) {
        receiptExpected = expected && channel != null;
    }

    /** Reads and takes receipts. @return false if there is something else, too; the selector's thread */
    private boolean receiptsOnly() {
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
        while (Framing.receipt(bytes) && link.receipt(Framing.receiptToken(bytes))) {
            bytes.position(bytes.position() + Framing.RECEIPT);
        }
        if (bytes.hasRemaining()) {
            ahead = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
        }
        return n >= 0 && ahead == null;
    }

    @Override
    public void fillInterested(Callback callback) {
        if (!deferred(callback)) {
            inTurn(interest(callback));
        }
    }

    /** @return true; that somebody else waits already, the callback is told */
    @Override
    public boolean tryFillInterested(Callback callback) {
        if (!deferred(callback)) {
            inTurn(interest(callback));
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
        inTurn(interest(callback));
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
            } else if (!receiptExpected) {
                callback.succeeded();
            } else if (receiptsOnly()) {
                run();
            } else {
                hand();
            }
        }

        /** Has a thread that may wait read on. */
        private void hand() {
            receiptExpected = false;
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
            return receiptExpected ? InvocationType.NON_BLOCKING : callback.getInvocationType();
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
