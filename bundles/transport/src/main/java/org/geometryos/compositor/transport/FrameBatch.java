package org.geometryos.compositor.transport;

import java.nio.ByteBuffer;

import org.geometryos.compositor.transport.api.Batch;

/** Frames in one direct buffer. One thread. */
final class FrameBatch implements Batch {
    private static final int FIRST = 16 * 1024;
    /** A batch that has grown beyond this for a large snapshot gives the memory back when cleared. */
    private static final int KEEP = 256 * 1024;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST);
    private ByteBuffer view = buffer.duplicate();
    private int messages;
    private long pingToken;

    @Override
    public FrameBatch clear() {
        if (buffer.capacity() > KEEP) {
            buffer = ByteBuffer.allocateDirect(FIRST);
            view = buffer.duplicate();
        }
        buffer.clear();
        messages = 0;
        pingToken = 0;
        return this;
    }

    @Override
    public FrameBatch add(byte[] payload, boolean text) {
        room(Framing.MAX_HEADER + payload.length);
        Framing.header(buffer, text ? Framing.TEXT : Framing.BINARY, payload.length);
        buffer.put(payload);
        messages++;
        return this;
    }

    @Override
    public FrameBatch ping() {
        if (pingToken != 0) {
            throw new IllegalStateException("a batch holds at most one ping");
        }
        pingToken = SocketLink.token();
        room(2 + Long.BYTES);
        Framing.header(buffer, Framing.PING, Long.BYTES);
        buffer.putLong(pingToken);
        return this;
    }

    @Override
    public int size() {
        return buffer.position();
    }

    @Override
    public int messages() {
        return messages;
    }

    /** The time of the ping ({@link System#nanoTime()}), 0 without one. */
    long pingToken() {
        return pingToken;
    }

    /** All frames, from the first byte; the one view that this batch has, to be written from at once. */
    ByteBuffer view() {
        view.limit(buffer.position()).position(0);
        return view;
    }

    private void room(int more) {
        if (buffer.remaining() < more) {
            int size = Math.max(buffer.capacity() * 2, buffer.position() + more);
            buffer = ByteBuffer.allocateDirect(size).put(buffer.flip());
            view = buffer.duplicate();
        }
    }
}
