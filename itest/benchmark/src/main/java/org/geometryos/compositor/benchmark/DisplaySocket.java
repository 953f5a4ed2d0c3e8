package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One socket of the load generator, a display or a source. Its thread only. */
final class DisplaySocket {
    enum State {
        CONNECTING,
        UPGRADING,
        GREETING,
        READY,
        GONE
    }

    /**
     * What one that reads nothing may hold unsent: sources write little, so more means that the server does not read.
     */
    private static final int UNSENT_BYTES = 1 << 20;

    final int number;
    final Batch batch;
    final boolean probe;
    final SocketChannel channel;
    /** Null without TLS. */
    private final Tls tls;

    SelectionKey key;
    State state = State.CONNECTING;
    /** Text messages until it is ready. */
    int answers;
    /** How many of the sources' updates have arrived, as the newest one tells. */
    long arrived;
    /** The beginning of a frame whose rest has not come; null mostly, so that an idle display holds no buffer. */
    private byte[] rest;
    /** What the socket did not take; null mostly. */
    private ByteBuffer unsent;

    /** @param tls of this socket, or null */
    DisplaySocket(int number, Batch batch, boolean probe, SocketChannel channel, Tls tls) {
        this.number = number;
        this.batch = batch;
        this.probe = probe;
        this.answers = batch.answers();
        this.channel = channel;
        this.tls = tls;
    }

    /**
     * Reads what is there.
     *
     * @param in cleared and filled with what was left over and what came; to be read from
     * @return whether the peer has not closed
     */
    boolean read(ByteBuffer in) throws IOException {
        in.clear();
        if (rest != null) {
            in.put(rest);
            rest = null;
        }
        int n = tls == null ? channel.read(in) : tls.read(channel, in, this::put);
        in.flip();
        return n >= 0;
    }

    /** Keeps what could not be used yet for the next time. */
    void keep(ByteBuffer in) {
        if (in.hasRemaining()) {
            rest = new byte[in.remaining()];
            in.get(rest);
        }
    }

    /**
     * Writes now what the socket takes, and the rest as soon as it can. Displays write little: hellos and
     * pongs. @throws IOException also if too much is left over
     */
    void write(ByteBuffer out) throws IOException {
        if (tls == null) {
            put(out);
        } else {
            tls.write(out, this::put);
        }
    }

    private void put(ByteBuffer out) throws IOException {
        if (unsent == null) {
            channel.write(out);
        }
        if (out.hasRemaining()) {
            int left = (unsent == null ? 0 : unsent.remaining()) + out.remaining();
            if (left > UNSENT_BYTES) {
                throw new IOException(
                        "the server does not read: " + left + " bytes are unsent, more than " + UNSENT_BYTES);
            }
            ByteBuffer more = ByteBuffer.allocate(left);
            if (unsent != null) {
                more.put(unsent);
            }
            unsent = more.put(out).flip();
            key.interestOpsOr(SelectionKey.OP_WRITE);
        }
    }

    void writeRest() throws IOException {
        channel.write(unsent);
        if (!unsent.hasRemaining()) {
            unsent = null;
            key.interestOpsAnd(~SelectionKey.OP_WRITE);
        }
    }
}
