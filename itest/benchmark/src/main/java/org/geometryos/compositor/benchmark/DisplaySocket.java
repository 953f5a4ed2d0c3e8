package org.geometryos.compositor.benchmark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One display of the load generator. Its thread only. */
final class DisplaySocket {
    enum State { CONNECTING, UPGRADING, GREETING, READY, GONE }

    final int number;
    final SocketChannel channel;
    SelectionKey key;
    State state = State.CONNECTING;
    /** The beginning of a frame whose rest has not come; null mostly, so that an idle display holds no buffer. */
    private byte[] rest;
    /** What the socket did not take; null mostly. */
    private ByteBuffer unsent;

    DisplaySocket(int number, SocketChannel channel) {
        this.number = number;
        this.channel = channel;
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
        int n = channel.read(in);
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

    /** Writes now what the socket takes, and the rest as soon as it can. Displays write little: hellos and pongs. */
    void write(ByteBuffer out) throws IOException {
        if (unsent == null) {
            channel.write(out);
        }
        if (out.hasRemaining()) {
            ByteBuffer more = ByteBuffer.allocate((unsent == null ? 0 : unsent.remaining()) + out.remaining());
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
