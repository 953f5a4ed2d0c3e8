package org.geometryos.compositor.itest.framework;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A WebSocket of a {@link Loop}, independent of all code under test. Pings and closes are answered unless it was told
 * not to; it can stop reading, send anything at all, half-close and vanish.
 */
public final class LoopSocket {
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;
    private static final int READ = 64 * 1024;
    private static final int MAX_HEAD = 16 * 1024;
    private static final long MAX_UNSENT = 4 << 20;
    private static final byte[] NOTHING = {};

    /** Called on the loop's thread. */
    public interface Listener {
        /** The handshake was answered; 101 opens the WebSocket. */
        void answered(int status);

        void message(String text);

        void binary(int length);

        /** It is over, exactly once, unless it was dropped from this side. @param code 1006 without a close frame */
        void ended(int code);
    }

    private final Loop loop;
    private final Listener listener;
    private final ByteBuffer handshake;
    private final ArrayDeque<ByteBuffer> unsent = new ArrayDeque<>();
    private SocketChannel channel;
    private SelectionKey key;
    private byte[] rest = NOTHING;
    private long unsentBytes;
    private int status;
    private boolean reading = true;
    private boolean answering = true;
    private boolean over;

    /** @param receiveBuffer 0 for the kernel's own */
    public LoopSocket(Loop loop, int port, int receiveBuffer, String handshake, Listener listener) throws IOException {
        this.loop = loop;
        this.listener = listener;
        this.handshake = ByteBuffer.wrap(handshake.getBytes(StandardCharsets.ISO_8859_1));
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (receiveBuffer > 0) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        key = channel.register(loop.selector, SelectionKey.OP_CONNECT, this);
        if (channel.connect(new InetSocketAddress("127.0.0.1", port))) {
            connected();
        }
    }

    /** @param subprotocol null for none. @param headers further lines */
    public static String handshake(int port, String subprotocol, String... headers) {
        String more = (subprotocol == null ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n")
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n");
        return "GET /compositor HTTP/1.1\r\nHost: localhost:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + more + "\r\n";
    }

    // ---- what the loop does

    public void ready(SelectionKey selected) {
        try {
            if (over || !selected.isValid()) {
                return;
            }
            if (selected.isConnectable() && channel.finishConnect()) {
                connected();
            }
            if (selected.isValid() && selected.isWritable()) {
                flush();
            }
            if (selected.isValid() && selected.isReadable()) {
                read();
            }
        } catch (IOException e) {
            end(1006);
        }
    }

    private void connected() throws IOException {
        unsent.add(handshake);
        unsentBytes += handshake.remaining();
        flush();
    }

    private void read() throws IOException {
        ByteBuffer buffer = loop.buffer;
        buffer.clear().put(rest);
        buffer.limit(Math.min(buffer.capacity(), buffer.position() + READ));
        int n = channel.read(buffer);
        byte[] bytes = buffer.array();
        int end = buffer.position();
        int at = status == 0 ? head(bytes, end) : 0;
        for (int next; !over && status == 101 && (next = frame(bytes, at, end)) > 0; ) {
            at = next;
        }
        if (over) {
            return;
        }
        if (n < 0) {
            end(1006);
            return;
        }
        rest = at == end || status > 101 ? NOTHING : Arrays.copyOfRange(bytes, at, end);
    }

    /** Looks for the end of the answer's head. @return where it is, 0 if it has not come yet */
    private int head(byte[] bytes, int end) {
        for (int i = 3; i < end; i++) {
            if (bytes[i] == '\n' && bytes[i - 2] == '\n') {
                String line = new String(bytes, 0, Math.min(end, 64), StandardCharsets.ISO_8859_1);
                status = Integer.parseInt(line.substring(9, 12));
                listener.answered(status);
                return i + 1;
            }
        }
        if (end > MAX_HEAD) {
            throw new IllegalStateException("the head of an answer is longer than " + MAX_HEAD + " bytes");
        }
        return 0;
    }

    /** Takes one frame. @return where the next one begins, 0 if this one is not complete */
    private int frame(byte[] bytes, int at, int end) {
        if (end - at < 2) {
            return 0;
        }
        int opcode = bytes[at] & 0x0f;
        if ((bytes[at] & 0xf0) != 0x80 || (bytes[at + 1] & 0x80) != 0) {
            throw new IllegalStateException(
                    "a frame that begins with " + (bytes[at] & 0xff) + " " + (bytes[at + 1] & 0xff));
        }
        long length = bytes[at + 1] & 0x7f;
        int from = at + 2;
        if (length >= 126) {
            int size = length == 126 ? 2 : 8;
            if (end - from < size) {
                return 0;
            }
            length = 0;
            for (int i = 0; i < size; i++) {
                length = length << 8 | bytes[from++] & 0xff;
            }
        }
        if (end - from < length) {
            return 0;
        }
        int to = from + (int) length;
        switch (opcode) {
            case TEXT -> listener.message(new String(bytes, from, to - from, StandardCharsets.UTF_8));
            case BINARY -> listener.binary(to - from);
            case PING -> {
                if (answering) {
                    send(PONG, Arrays.copyOfRange(bytes, from, to));
                }
            }
            case CLOSE -> {
                int code = length < 2 ? 1005 : (bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff;
                if (answering) {
                    send(CLOSE, Arrays.copyOfRange(bytes, from, to));
                }
                end(code);
            }
            default -> {}
        }
        return to;
    }

    private void end(int code) {
        if (!over) {
            drop();
            listener.ended(code);
        }
    }

    private void flush() throws IOException {
        for (ByteBuffer next; (next = unsent.peek()) != null; ) {
            unsentBytes -= channel.write(next);
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

    // ---- what a display does

    public boolean over() {
        return over;
    }

    public boolean open() {
        return !over && status == 101;
    }

    /** One masked frame. */
    public void send(int opcode, byte[] payload) {
        raw(frame(0x80 | opcode, true, payload));
    }

    public void send(String text) {
        send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whatever it is; nothing before the connection is there or beyond 4 MiB that wait to be sent. */
    public void raw(byte[] bytes) {
        if (over || !channel.isConnected() || unsentBytes + bytes.length > MAX_UNSENT) {
            return;
        }
        unsent.add(ByteBuffer.wrap(bytes));
        unsentBytes += bytes.length;
        try {
            flush();
        } catch (IOException e) {
            // what the other side sent before is still to be read; the end shows there
            unsent.clear();
            unsentBytes = 0;
            interest();
        }
    }

    /** @param first the first byte: FIN, reserved bits and opcode */
    public static byte[] frame(int first, boolean masked, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        int mask = masked ? 0x80 : 0;
        frame.put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (mask | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) (mask | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (mask | 127)).putLong(payload.length);
        }
        int key = masked ? ThreadLocalRandom.current().nextInt() : 0;
        if (masked) {
            frame.putInt(key);
        }
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ key >> 24 - 8 * (i & 3)));
        }
        return Arrays.copyOf(frame.array(), frame.position());
    }

    public void close(int code) {
        send(CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
    }

    public void reading(boolean on) {
        reading = on;
        interest();
    }

    public void answering(boolean on) {
        answering = on;
    }

    /** FIN, and goes on reading. */
    public void halfClose() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            end(1006);
        }
    }

    /** RST; nobody is told. */
    public void reset() {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // it is closed already
        }
        drop();
    }

    /** FIN (RST, if there is unread input); nobody is told. */
    public void drop() {
        over = true;
        try {
            channel.close();
        } catch (IOException e) {
            // it was to go anyway
        }
    }
}
