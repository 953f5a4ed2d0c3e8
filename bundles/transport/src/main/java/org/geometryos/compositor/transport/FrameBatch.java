package org.geometryos.compositor.transport;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.SocketWriter;

/**
 * Frames in one direct buffer, but for long payloads, which are referred to where they are: a snapshot that many links
 * wait with is there once. So is what links have to keep of the rest. One thread.
 */
final class FrameBatch implements Batch {
    private static final int FIRST = 16 * 1024;
    /** A batch that has grown beyond this for a large snapshot gives the memory back when cleared. */
    private static final int KEEP = 256 * 1024;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST);
    private ByteBuffer view = buffer.duplicate();
    /** Payloads of this length stay where they are. */
    private static final int LONG = 16 * 1024;

    /** @param at where in the buffer it belongs */
    private record LongPayload(int at, byte[] bytes) {}

    /** What of a batch has not gone out. */
    record Rest(ByteBuffer[] buffers, byte[][] arrays) {}

    private final BooleanSupplier receipts;
    private final Supplier<SocketWriter> writers;
    private final List<LongPayload> payloads = new ArrayList<>();
    private int payloadBytes;
    /** The buffer's content, as soon as a link has to keep some of it. */
    private byte[] copy;

    private int messages;
    private long pingToken;

    /** What writes to several links at a time, or null. */
    private SocketWriter together;
    /** Links that have taken this batch, and whose sockets wait for it. */
    private Outbox[] takers = {};

    private SocketChannel[] channels = {};
    private int[] taken = {};
    private int waiting;

    /**
     * @param receipts whether receipts are wanted
     * @param writers what writes to sockets in the place of their channels, or null
     */
    FrameBatch(BooleanSupplier receipts, Supplier<SocketWriter> writers) {
        this.receipts = receipts;
        this.writers = writers;
    }

    @Override
    public boolean receipts() {
        return receipts.getAsBoolean();
    }

    @Override
    public FrameBatch clear() {
        flush();
        together = null;
        if (buffer.capacity() > KEEP) {
            buffer = ByteBuffer.allocateDirect(FIRST);
            view = buffer.duplicate();
        }
        buffer.clear();
        if (!payloads.isEmpty()) {
            payloads.clear();
            payloadBytes = 0;
        }
        copy = null;
        messages = 0;
        pingToken = 0;
        return this;
    }

    @Override
    public FrameBatch add(byte[] payload, boolean text) {
        flush();
        boolean stays = payload.length >= LONG;
        room(Framing.MAX_HEADER + (stays ? 0 : payload.length));
        Framing.header(buffer, text ? Framing.TEXT : Framing.BINARY, payload.length);
        if (stays) {
            payloads.add(new LongPayload(buffer.position(), payload));
            payloadBytes += payload.length;
        } else {
            buffer.put(payload);
        }
        messages++;
        return this;
    }

    @Override
    public FrameBatch ping() {
        flush();
        if (pingToken != 0) {
            throw new IllegalStateException("a batch holds at most one ping");
        }
        pingToken = Receipts.token();
        room(2 + Long.BYTES);
        Framing.header(buffer, Framing.PING, Long.BYTES);
        buffer.putLong(pingToken);
        return this;
    }

    // ---- several links at a time

    @Override
    public FrameBatch together() {
        flush();
        SocketWriter writer = writers.get();
        int most = writer == null ? 1 : writer.together();
        together = most > 1 ? writer : null;
        if (together != null && takers.length != most) {
            takers = new Outbox[most];
            channels = new SocketChannel[most];
            taken = new int[most];
        }
        return this;
    }

    /**
     * Has a link wait for the others; {@link Outbox#written} tells it what became of the batch. Called by the owner of
     * its socket.
     *
     * @return false if it has to write by itself
     */
    boolean waits(Outbox taker, SocketChannel channel) {
        if (together == null || channel == null || !payloads.isEmpty() || size() > Outbox.PIECE || size() == 0) {
            return false;
        }
        takers[waiting] = taker;
        channels[waiting++] = channel;
        return true;
    }

    boolean full() {
        return waiting == takers.length;
    }

    @Override
    public void flush() {
        int count = waiting;
        if (count == 0) {
            return;
        }
        waiting = 0;
        Arrays.fill(taken, 0, count, SocketWriter.UNKNOWN);
        try {
            together.writeAll(channels, count, part(0), taken);
        } finally {
            tell(count);
        }
    }

    private void tell(int count) {
        RuntimeException failure = null;
        for (int i = 0; i < count; i++) {
            Outbox taker = takers[i];
            takers[i] = null;
            channels[i] = null;
            try {
                taker.written(this, taken[i]);
            } catch (RuntimeException e) {
                // the others' sockets are theirs, too
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Takes one message of a batch. */
    interface Message {
        void take(ByteBuffer payload, boolean text);
    }

    /** Hands out all messages; a payload is good during the call alone. */
    void forEach(Message each) {
        ByteBuffer all = buffer.duplicate().flip();
        int stays = 0;
        while (all.hasRemaining()) {
            int first = all.get() & 0xFF;
            int length = all.get() & 0xFF;
            if (length == 126) {
                length = all.getShort() & 0xFFFF;
            } else if (length == 127) {
                length = (int) all.getLong();
            }
            ByteBuffer payload;
            if (stays < payloads.size() && payloads.get(stays).at == all.position() && length >= LONG) {
                payload = ByteBuffer.wrap(payloads.get(stays++).bytes);
            } else {
                payload = all.slice(all.position(), length);
                all.position(all.position() + length);
            }
            if (first == Framing.TEXT || first == Framing.BINARY) {
                each.take(payload, first == Framing.TEXT);
            }
        }
    }

    @Override
    public int size() {
        return buffer.position() + payloadBytes;
    }

    @Override
    public int messages() {
        return messages;
    }

    /** The time of the ping ({@link System#nanoTime()}), 0 without one. */
    long pingToken() {
        return pingToken;
    }

    /** Of how many parts it consists: what lies in the buffer and long payloads take turns. */
    int parts() {
        return 2 * payloads.size() + 1;
    }

    /** A part, from its first byte; to be written from at once. */
    ByteBuffer part(int index) {
        if (index % 2 == 1) {
            return ByteBuffer.wrap(payloads.get(index / 2).bytes);
        }
        view.limit(end(index)).position(begin(index));
        return view;
    }

    private int begin(int index) {
        return index == 0 ? 0 : payloads.get(index / 2 - 1).at;
    }

    private int end(int index) {
        return index / 2 == payloads.size() ? buffer.position() : payloads.get(index / 2).at;
    }

    /**
     * What is left of it, to be kept by a link for longer than the batch is. All links keep the same arrays.
     *
     * @param index the part up to which all has gone out
     * @param position what has gone out of that part, as its buffer stands
     */
    Rest rest(int index, int position) {
        ByteBuffer[] buffers = new ByteBuffer[parts() - index];
        byte[][] arrays = new byte[buffers.length][];
        int n = 0;
        for (int i = index; i < parts(); i++) {
            ByteBuffer part = ByteBuffer.wrap(i % 2 == 1 ? payloads.get(i / 2).bytes : copy());
            if (i % 2 == 0) {
                part.limit(end(i)).position(begin(i));
            }
            if (i == index) {
                part.position(position);
            }
            if (part.hasRemaining()) {
                buffers[n] = part;
                arrays[n++] = part.array();
            }
        }
        return new Rest(Arrays.copyOf(buffers, n), Arrays.copyOf(arrays, n));
    }

    private byte[] copy() {
        // more may have been added since a link kept some of it
        if (copy == null || copy.length < buffer.position()) {
            copy = new byte[buffer.position()];
            buffer.duplicate().flip().get(copy);
        }
        return copy;
    }

    private void room(int more) {
        if (buffer.remaining() < more) {
            int size = Math.max(buffer.capacity() * 2, buffer.position() + more);
            buffer = ByteBuffer.allocateDirect(size).put(buffer.flip());
            view = buffer.duplicate();
        }
    }
}
