package org.geometryos.compositor.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingNestedCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection with TLS: all bytes go through Jetty's TLS layer.
 *
 * <p>That layer (12.0.32) keeps encrypted bytes that the socket did not take in a pooled buffer, and the selector's
 * thread goes on writing from it. Flushing, shutting down or closing the TLS end point at that time writes from the
 * same buffer, or gives it back to the pool, where another connection finds it: records are lost, repeated or sent to
 * the wrong peer. Such a write is begun by a flush that is incomplete, but also by asking for input after one, or after
 * a key update. Therefore,
 *
 * <ul>
 *   <li>writing, asking for input and shutting down the output take turns ({@link #inTurn});
 *   <li>one write is under way at a time, and while Jetty waits for the socket nothing else is flushed
 *       ({@link TlsWrite}, {@link #flushInTurn});
 *   <li>a connection on which something may be unwritten is closed from below, which ends the selector's write
 *       ({@link #drop});
 *   <li>an orderly close leaves it to the peer to end the connection, since TLS's own closing message may be unwritten
 *       yet.
 * </ul>
 *
 * What remains is Jetty answering a key update of the client (TLS 1.3) while a write of ours waits for the socket; that
 * it does by itself, at a moment that cannot be seen from here.
 */
final class TlsWire extends Wire {
    private static final Logger LOG = LoggerFactory.getLogger(TlsWire.class);
    /** What Jetty's write flusher calls its state when it has nothing to write. */
    private static final String IDLE = "-";

    private final Queue<Runnable> turns = new ConcurrentLinkedQueue<>();
    private final AtomicInteger turnsWaiting = new AtomicInteger();
    /** What found Jetty writing on its own account; one write or two shutdowns at most. */
    private final Queue<Runnable> postponed = new ConcurrentLinkedQueue<>();

    TlsWire(EndPoint real) {
        super(real);
    }

    @Override
    SocketChannel channel() {
        return null;
    }

    @Override
    void reset() {
        drop();
    }

    @Override
    void finish(Callback callback, ByteBuffer... buffers) {
        new TlsWrite(callback, buffers).iterate();
    }

    /**
     * A write through Jetty's TLS layer. What Jetty waits with for the socket never holds bytes to be encrypted: it
     * would flush such ones on its own account, several times in a row and out of turn.
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
    void ask(Runnable interest) {
        inTurn(interest);
    }

    /** What the peer says is encrypted. */
    @Override
    boolean readsAhead() {
        return false;
    }

    @Override
    boolean endsAtOnce() {
        return false;
    }

    @Override
    public void shutdownOutput() {
        flushInTurn(real::shutdownOutput);
    }

    /**
     * Runs what flushes, unless Jetty is writing on its own account (its answer to a key update): then the clock tries
     * again.
     */
    private void flushInTurn(Runnable flush) {
        inTurn(() -> {
            if (busy()) {
                postponed.add(flush);
                link().attend();
            } else {
                flush.run();
            }
        });
    }

    /** Whether the selector may be writing from the TLS layer's buffer. */
    private boolean busy() {
        return tcp instanceof AbstractEndPoint lower
                && lower.isOpen()
                && !lower.getWriteFlusher().toStateString().equals(IDLE);
    }

    @Override
    boolean retry() {
        Runnable flush = postponed.poll();
        if (flush != null) {
            flushInTurn(flush);
        }
        return !postponed.isEmpty();
    }

    /**
     * Runs one after the other what must not run at the same time; what finds another running is left to that thread.
     * At most one write, one shutdown and two requests for input are there at a time.
     */
    private void inTurn(Runnable task) {
        turns.add(task);
        if (turnsWaiting.getAndIncrement() == 0) {
            do {
                try {
                    turns.remove().run();
                } catch (RuntimeException | Error e) {
                    LOG.warn("{} ends: {}", link(), e.toString(), e);
                    drop(e);
                }
            } while (turnsWaiting.decrementAndGet() > 0);
        }
    }
}
