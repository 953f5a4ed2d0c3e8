package org.geometryos.compositor.testkit.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A connection to this machine, for HTTP and then for WebSocket. Blocking; one thread reads, any thread writes. */
public final class RawPeer implements AutoCloseable {
    private static final int CONNECT_MILLIS = 20_000;
    private static final int BUFFER = 64 * 1024;

    /** One frame as it came. */
    public record Frame(int opcode, boolean fin, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        public int closeCode() {
            return Frames.closeCode(payload);
        }
    }

    /** The other side has closed. */
    public static final class ClosedException extends EOFException {
        private static final long serialVersionUID = 1L;
        private final int code;

        ClosedException(int code) {
            super("closed with " + code);
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /** @param headers names in lower case */
    public record Answer(int status, String line, Map<String, List<String>> headers, String body) {
        public Optional<String> header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                    .findFirst();
        }
    }

    /** What is done to a socket before it is connected. */
    public interface Preparation {
        void of(Socket socket) throws IOException;
    }

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;

    public RawPeer(int port) throws IOException {
        this(port, CONNECT_MILLIS, socket -> {});
    }

    /** @param readMillis how long a read may take */
    public RawPeer(int port, int readMillis, Preparation preparation) throws IOException {
        preparation.of(socket);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(readMillis);
        socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
        out = socket.getOutputStream();
    }

    /** A WebSocket. @throws IOException that holds the answer if it is refused */
    public static RawPeer connect(int port, RawRequest handshake) throws IOException {
        RawPeer peer = new RawPeer(port);
        peer.upgrade(handshake);
        return peer;
    }

    /** @throws IOException that holds the answer if it is refused; the connection is closed then */
    public Answer upgrade(RawRequest handshake) throws IOException {
        Answer answer = ask(handshake);
        if (answer.status != 101) {
            close();
            throw new IOException("refused: " + answer);
        }
        return answer;
    }

    public Socket socket() {
        return socket;
    }

    // ---- HTTP

    public Answer ask(RawRequest request) throws IOException {
        write(request.bytes());
        return answer(request.method());
    }

    /** Reads the answer to a request of a method. */
    public Answer answer(String method) throws IOException {
        String status = line();
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).trim());
        }
        int code = Integer.parseInt(status.split(" ", 3)[1]);
        boolean bodiless = code == 101 || code == 204 || code == 304 || method.equals("HEAD");
        return new Answer(code, status, headers, bodiless ? "" : body(headers));
    }

    private String body(Map<String, List<String>> headers) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (headers.containsKey("content-length")) {
            body.writeBytes(
                    in.readNBytes(Integer.parseInt(headers.get("content-length").get(0))));
        } else if (headers.getOrDefault("transfer-encoding", List.of()).contains("chunked")) {
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                body.writeBytes(in.readNBytes(size));
                line();
            }
            line();
        } else {
            body.writeBytes(in.readAllBytes());
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    // ---- frames

    /** Writes whatever it is. */
    public void write(byte[] bytes) throws IOException {
        synchronized (out) {
            out.write(bytes);
        }
    }

    public void send(int opcode, byte[] payload) throws IOException {
        write(Frames.frame(opcode, payload));
    }

    public void send(String text) throws IOException {
        write(Frames.frame(Frames.TEXT, text));
    }

    public void sendClose(int code) throws IOException {
        write(Frames.close(code));
    }

    /** Answers a frame; that the other side does not read any more is no reason not to read what it wrote. */
    public void answer(int opcode, byte[] payload) {
        try {
            send(opcode, payload);
        } catch (IOException gone) {
            // what it wrote before is still to be read
        }
    }

    /** The next frame, whatever it is; nothing is answered. @throws EOFException at the end of the connection */
    public Frame next() throws IOException {
        return read(in);
    }

    /** A frame of a server. @throws AssertionError if none would be like that */
    public static Frame read(DataInputStream in) throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        if ((first & 0x70) != 0 || (second & Frames.MASKED) != 0) {
            throw new AssertionError(
                    "a server sets no reserved bit and does not mask, but a frame begins with " + first + " " + second);
        }
        long size = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
        byte[] payload = new byte[Math.toIntExact(size)];
        in.readFully(payload);
        return new Frame(first & 0x0f, (first & Frames.FIN) != 0, payload);
    }

    /** The next text or binary message; pings and the close are answered. @throws ClosedException at the close frame */
    public Frame message() throws IOException {
        return message(true);
    }

    /** @param answering whether pings and the close are answered */
    public Frame message(boolean answering) throws IOException {
        for (; ; ) {
            Frame frame = next();
            switch (frame.opcode) {
                case Frames.TEXT, Frames.BINARY -> {
                    return frame;
                }
                case Frames.PING -> {
                    if (answering) {
                        answer(Frames.PONG, frame.payload);
                    }
                }
                case Frames.CLOSE -> {
                    if (answering) {
                        answer(Frames.CLOSE, frame.payload);
                    }
                    throw new ClosedException(frame.closeCode());
                }
                default -> {}
            }
        }
    }

    /** The next byte, -1 at the end of the connection. */
    public int read() throws IOException {
        return in.read();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
