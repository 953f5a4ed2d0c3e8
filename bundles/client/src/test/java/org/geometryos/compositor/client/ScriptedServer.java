package org.geometryos.compositor.client;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/** A WebSocket server (RFC 6455) that does what a test says, on plain sockets. */
final class ScriptedServer implements Closeable {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final ServerSocket listening = new ServerSocket(0, 300, InetAddress.getLoopbackAddress());
    private final LinkedBlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
    private final ConcurrentLinkedQueue<Socket> sockets = new ConcurrentLinkedQueue<>();
    /** Each answers one handshake instead of the upgrade; an empty one lets it through. */
    final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();

    volatile boolean selectSubprotocol = true;

    ScriptedServer() throws IOException {
        Thread thread = new Thread(this::accept, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + listening.getLocalPort() + "/compositor");
    }

    /** The next client that connects. */
    Peer peer() throws InterruptedException {
        Peer peer = peers.poll(40, TimeUnit.SECONDS);
        if (peer == null) {
            throw new AssertionError("nobody connected within 40 s");
        }
        return peer;
    }

    /** Whether nobody connects for a while. */
    boolean quiet(long millis) throws InterruptedException {
        return peers.poll(millis, TimeUnit.MILLISECONDS) == null;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(40_000);
                sockets.add(socket);
                Peer peer = new Peer(socket);
                if (peer.shakeHands()) {
                    peers.add(peer);
                }
            } catch (Exception e) {
                // the test will miss it
            }
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    final class Peer {
        final Map<String, String> headers = new TreeMap<>();
        Codec codec = Codecs.json();
        String requestLine;
        private final Socket socket;
        private final DataInputStream in;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
        }

        private boolean shakeHands() throws Exception {
            requestLine = line();
            for (String line; !(line = line()).isEmpty(); ) {
                headers.put(
                        line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT),
                        line.substring(line.indexOf(':') + 1).strip());
            }
            String refusal = refusals.poll();
            if (refusal != null && !refusal.isEmpty()) {
                raw(("HTTP/1.1 " + refusal + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                return false;
            }
            String accept = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((headers.get("sec-websocket-key") + GUID).getBytes(StandardCharsets.US_ASCII)));
            String offered = headers.get("sec-websocket-protocol");
            codec = Codecs.cbor().subprotocol().equals(offered) ? Codecs.cbor() : Codecs.json();
            raw(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
                            + "Upgrade\r\nSec-WebSocket-Accept: "
                            + accept + (selectSubprotocol ? "\r\nSec-WebSocket-Protocol: " + offered : "")
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return true;
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int c; (c = in.readByte()) != '\n'; ) {
                if (c != '\r') {
                    line.write(c);
                }
            }
            return line.toString(StandardCharsets.ISO_8859_1);
        }

        /** The next message of the client, but for pings. */
        ClientMessage next() throws Exception {
            while (true) {
                Frame frame = frame();
                if (frame.opcode() == 8) {
                    throw new EOFException("the client closed");
                }
                if (frame.opcode() == (codec.text() ? 1 : 2)) {
                    ClientMessage message = codec.decodeClient(ByteBuffer.wrap(frame.payload()));
                    if (!(message instanceof ClientMessage.Ping)) {
                        return message;
                    }
                }
            }
        }

        <T extends ClientMessage> T next(Class<T> type) throws Exception {
            return type.cast(next());
        }

        /** The client's next frame. */
        Frame frame() throws IOException {
            int opcode = in.readUnsignedByte() & 0x0F;
            int length = in.readUnsignedByte() & 0x7F;
            length = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < length; i++) {
                payload[i] ^= mask[i & 3];
            }
            return new Frame(opcode, payload);
        }

        /** Reads on until the client's side of the connection ends. */
        boolean ends() {
            try {
                while (true) {
                    frame();
                }
            } catch (java.net.SocketTimeoutException e) {
                return false;
            } catch (IOException e) {
                return true;
            }
        }

        void send(ServerMessage message) throws IOException {
            frame(0x80 | (codec.text() ? 1 : 2), codec.encode(message));
        }

        void text(String text) throws IOException {
            frame(0x81, text.getBytes(StandardCharsets.UTF_8));
        }

        void frame(int first, byte[] payload) throws IOException {
            ByteBuffer head = ByteBuffer.allocate(10).put((byte) first);
            if (payload.length < 126) {
                head.put((byte) payload.length);
            } else if (payload.length < 65_536) {
                head.put((byte) 126).putShort((short) payload.length);
            } else {
                head.put((byte) 127).putLong(payload.length);
            }
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(head.array(), 0, head.position());
            all.write(payload);
            raw(all.toByteArray());
        }

        void raw(byte[] bytes) throws IOException {
            synchronized (socket) {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
            }
        }

        void close(int code) throws IOException {
            close(code, "x");
        }

        void close(int code, String reason) throws IOException {
            byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            frame(
                    0x88,
                    ByteBuffer.allocate(2 + text.length)
                            .putShort((short) code)
                            .put(text)
                            .array());
        }

        /** Ends the TCP connection without a word. */
        void drop() throws IOException {
            socket.close();
        }
    }

    record Frame(int opcode, byte[] payload) {}
}
