package org.geometryos.compositor.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end point that Jetty's WebSocket connection is built on, around the real one. Jetty reads through it; what Jetty
 * writes (close frames alone) takes its turn with our own frames in {@link SocketLink}. When Jetty closes it after a close
 * frame went out, the socket is half-closed first and read until the peer is done: closing it with unread input would make
 * the kernel send a reset, and the peer would never see the close frame.
 */
final class Wire implements EndPoint, EndPoint.Wrapper {
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);
    private static final int LINGER_READS = 64;

    private final EndPoint real;
    /** Null under TLS: then all bytes go through the real end point. */
    private final SocketChannel channel;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile SocketLink link;
    private volatile Interest interest;
    /** Guarded by this. */
    private Callback deferred;

    Wire(EndPoint real) {
        this.real = real;
        this.channel = real.getClass() == SocketChannelEndPoint.class ? ((SocketChannelEndPoint) real).getChannel() : null;
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

    /** Ends the TCP connection now. */
    void drop() {
        closed.set(true);
        real.close();
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
        if (cause != null || !link.closeFrameOnly()) {
            real.close(cause);
            return;
        }
        link.lingers();
        real.shutdownOutput();
        discard();
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
                    real.close();
                    return;
                }
                if (n == 0) {
                    break;
                }
            }
            real.tryFillInterested(new Interest(Callback.NOOP));
        } catch (IOException | RuntimeException e) {
            real.close();
        }
    }

    // reading

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (closed.get()) {
            return -1;
        }
        return link.holdsInput() ? 0 : real.fill(buffer);
    }

    @Override
    public void fillInterested(Callback callback) {
        if (!deferred(callback)) {
            real.fillInterested(interest(callback));
        }
    }

    @Override
    public boolean tryFillInterested(Callback callback) {
        return deferred(callback) || real.tryFillInterested(interest(callback));
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
        real.tryFillInterested(interest(callback));
    }

    private Interest interest(Callback callback) {
        Interest known = interest;
        if (known == null || known.callback != callback) {
            known = new Interest(callback);
            interest = known;
        }
        return known;
    }

    private final class Interest implements Callback {
        private final Callback callback;

        Interest(Callback callback) {
            this.callback = callback;
        }

        @Override
        public void succeeded() {
            if (closed.get()) {
                discard();
            } else {
                callback.succeeded();
            }
        }

        @Override
        public void failed(Throwable x) {
            if (closed.get()) {
                real.close();
            } else {
                callback.failed(x);
            }
        }

        @Override
        public InvocationType getInvocationType() {
            return callback.getInvocationType();
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
    public void shutdownOutput() {
        real.shutdownOutput();
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
