package org.geometryos.compositor.itest.attack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.geometryos.compositor.testkit.wire.Frames;
import org.geometryos.compositor.testkit.wire.RawRequest;

/**
 * One connection of a {@link Crowd}: a WebSocket, or whatever its {@link Kind} makes of it. Belongs to the crowd's
 * thread.
 */
final class Socket {
    static final int TEXT = Frames.TEXT;
    static final int BINARY = Frames.BINARY;
    static final int CLOSE = Frames.CLOSE;
    static final int PING = Frames.PING;
    static final int PONG = Frames.PONG;
    private static final int MAX_HEAD = 16 * 1024;
    private static final byte[] NOTHING = {};
    private static final byte[] NO_MASK = new byte[4];

    private final Crowd crowd;
    private final Kind kind;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ArrayDeque<ByteBuffer> unsent = new ArrayDeque<>(2);
    /** Which of the crowd's connections it is; a number is used again by the one that takes its place. */
    final int number;
    /** For the kind's own use. */
    long state;

    long due;
    private byte[] rest = NOTHING;
    private int status;
    private long skip;
    private boolean reading = true;
    private boolean over;

    Socket(Crowd crowd, Kind kind, int number) throws IOException {
        this.crowd = crowd;
        this.kind = kind;
        this.number = number;
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (kind.receiveBuffer() > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, kind.receiveBuffer());
        }
        key = channel.register(crowd.selector, SelectionKey.OP_CONNECT, this);
        raw(kind.handshake(this, crowd.port).getBytes(StandardCharsets.ISO_8859_1));
        channel.connect(new InetSocketAddress("127.0.0.1", crowd.port));
    }

    /** A handshake of version 1 in JSON, with a key. */
    static String handshake(int port, String role) {
        return RawRequest.upgrade("compositor.v1.json")
                .instead("Host", "localhost:" + port)
                .with("Authorization", "Bearer " + Host.key(role))
                .text();
    }

    // ---- what the crowd does

    void ready() {
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                flush();
            }
            if (!over && key.isValid() && key.isWritable()) {
                flush();
            }
            if (!over && key.isValid() && key.isReadable()) {
                read();
            }
        } catch (IOException e) {
            end(1006);
        }
    }

    void tick(long now) {
        if (!over && status == 101) {
            kind.tick(this, now);
        }
    }

    private void read() throws IOException {
        ByteBuffer buffer = crowd.buffer;
        buffer.clear().put(rest);
        rest = NOTHING;
        int n = channel.read(buffer);
        if (n < 0) {
            end(1006);
            return;
        }
        crowd.bytesRead += n;
        byte[] bytes = buffer.array();
        int end = buffer.position();
        int at = status == 0 ? head(bytes, end) : 0;
        while (!over && status == 101 && at < end) {
            int next = frame(bytes, at, end);
            if (next == at) {
                break;
            }
            at = next;
        }
        if (!over && at < end && status <= 101) {
            rest = Arrays.copyOfRange(bytes, at, end);
        }
    }

    private int head(byte[] bytes, int end) {
        for (int i = 3; i < end; i++) {
            if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
                status = Integer.parseInt(new String(bytes, 9, 3, StandardCharsets.ISO_8859_1));
                crowd.answered(status);
                if (status == 101) {
                    kind.opened(this);
                } else {
                    end(1006);
                }
                return i + 1;
            }
        }
        if (end > MAX_HEAD) {
            throw new IllegalStateException("the head of an answer is longer than " + MAX_HEAD + " bytes");
        }
        return 0;
    }

    /** Takes one frame, of a long one as much as is there. @return where to go on, {@code at} if more is needed */
    private int frame(byte[] bytes, int at, int end) {
        if (skip > 0) {
            int n = (int) Math.min(skip, end - at);
            skip -= n;
            return at + n;
        }
        if (end - at < 2) {
            return at;
        }
        int opcode = bytes[at] & 0x0f;
        long length = bytes[at + 1] & 0x7f;
        int from = at + 2;
        if (length >= 126) {
            int size = length == 126 ? 2 : 8;
            if (end - from < size) {
                return at;
            }
            length = 0;
            for (int i = 0; i < size; i++) {
                length = length << 8 | bytes[from++] & 0xff;
            }
        }
        if (length > Crowd.MESSAGE) {
            kind.message(this, "");
            skip = length;
            return from;
        }
        if (end - from < length) {
            return at;
        }
        int to = from + (int) length;
        switch (opcode) {
            case TEXT -> kind.message(this, new String(bytes, from, (int) length, StandardCharsets.UTF_8));
            case PING -> {
                if (kind.answersPings()) {
                    send(PONG, Arrays.copyOfRange(bytes, from, to));
                }
            }
            case CLOSE -> end(length < 2 ? 1005 : (bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff);
            default -> {}
        }
        return to;
    }

    private void end(int code) {
        if (!over) {
            drop();
            crowd.ended(this, status, code);
        }
    }

    private void flush() throws IOException {
        for (ByteBuffer next; (next = unsent.peek()) != null; ) {
            channel.write(next);
            if (next.hasRemaining()) {
                break;
            }
            unsent.poll();
        }
        interest();
    }

    private void interest() {
        if (key.isValid() && channel.isConnected()) {
            key.interestOps((reading ? SelectionKey.OP_READ : 0) | (unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE));
        }
    }

    // ---- what a kind does

    /** Whether everything handed over so far is with the kernel. */
    boolean sent() {
        return unsent.isEmpty();
    }

    void send(int opcode, byte[] payload) {
        raw(frame(0x80 | opcode, payload.length, payload));
    }

    void send(String text) {
        send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * A masked frame (the mask is 0).
     *
     * @param first the first byte: FIN, reserved bits and opcode
     * @param length what its header says
     * @param payload what there is of it
     */
    static byte[] frame(int first, long length, byte[] payload) {
        return Frames.frame(first, length, NO_MASK, payload);
    }

    /** Whatever it is. */
    void raw(byte[] bytes) {
        if (over) {
            return;
        }
        unsent.add(ByteBuffer.wrap(bytes));
        if (channel.isConnected()) {
            try {
                flush();
            } catch (IOException e) {
                end(1006);
            }
        }
    }

    void reading(boolean on) {
        reading = on;
        interest();
    }

    /** RST; another one takes its place. */
    void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // it is closed already
        }
        end(1006);
    }

    /** Away without a word. */
    void drop() {
        over = true;
        unsent.clear();
        try {
            channel.close();
        } catch (IOException e) {
            // it was to go anyway
        }
    }
}
