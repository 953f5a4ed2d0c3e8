package org.geometryos.compositor.itest.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;

/** HTTP and WebSocket byte by byte, so that it can also do what no client should. */
final class RawClient implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    /** The answer to that key, from RFC 6455 section 1.3. */
    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
    private static final int TIMEOUT_MILLIS = 20_000;
    /** How long a message is waited for although others come. */
    private static final int AWAIT_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private boolean binary;

    record Frame(int opcode, boolean fin, byte[] payload) {
        int closeCode() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
        }
    }

    /** The connection is over. */
    static final class ClosedException extends EOFException {
        private static final long serialVersionUID = 1L;
        final int code;

        ClosedException(int code) {
            super("closed with " + code);
            this.code = code;
        }
    }

    /** @param headers names in lower case */
    record Answer(int status, Map<String, List<String>> headers, String body) {
        Optional<String> header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
        }
    }

    /** An HTTP request whose every line can be changed. */
    static final class Request {
        private final String method;
        private final String target;
        private final List<String> headers = new ArrayList<>();

        Request(String method, String target) {
            this.method = method;
            this.target = target;
        }

        static Request get(String target) {
            return new Request("GET", target).with("Host", "localhost");
        }

        static Request upgrade() {
            return get("/compositor").with("Upgrade", "websocket").with("Connection", "Upgrade").with("Sec-WebSocket-Version", "13")
                    .with("Sec-WebSocket-Key", KEY);
        }

        static Request upgrade(String subprotocols) {
            return upgrade().with("Sec-WebSocket-Protocol", subprotocols);
        }

        Request with(String name, String value) {
            headers.add(name + ": " + value);
            return this;
        }

        Request without(String name) {
            headers.removeIf(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"));
            return this;
        }

        Request instead(String name, String value) {
            return without(name).with(name, value);
        }

        private String text() {
            return method + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
        }

        @Override
        public String toString() {
            return method + " " + target + " " + headers;
        }
    }

    /** What is done to a socket before it is connected. */
    interface Preparation {
        void of(Socket socket) throws IOException;
    }

    RawClient(int port) throws IOException {
        this(port, socket -> { });
    }

    RawClient(int port, Preparation preparation) throws IOException {
        preparation.of(socket);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 64 * 1024));
        out = socket.getOutputStream();
    }

    /** A WebSocket. @param subprotocol may be null: none offered */
    static RawClient connect(int port, String subprotocol) throws IOException {
        return connect(port, subprotocol == null ? Request.upgrade() : Request.upgrade(subprotocol));
    }

    /** A WebSocket that speaks what the answer says. */
    static RawClient connect(int port, Request request) throws IOException {
        return new RawClient(port).upgraded(request);
    }

    private RawClient upgraded(Request request) throws IOException {
        Answer answer = ask(request);
        if (answer.status != 101) {
            close();
            throw new IOException("refused: " + answer);
        }
        binary = answer.header("Sec-WebSocket-Protocol").filter(name -> name.endsWith(".cbor")).isPresent();
        return this;
    }

    /** A WebSocket on a socket of its own kind. */
    static RawClient connect(int port, Request request, Preparation preparation) throws IOException {
        return new RawClient(port, preparation).upgraded(request);
    }

    /** A JSON connection that has said hello. */
    static RawClient display(int port, String display) throws IOException {
        RawClient client = connect(port, "compositor.v1.json");
        client.send(CameraStream.hello(display));
        client.await("welcome");
        return client;
    }

    // ---- HTTP

    Answer ask(Request request) throws IOException {
        out.write(request.text().getBytes(StandardCharsets.ISO_8859_1));
        String[] status = line().split(" ", 3);
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>()).add(line.substring(colon + 1).trim());
        }
        int code = Integer.parseInt(status[1]);
        boolean bodiless = code == 101 || code == 204 || code == 304 || request.method.equals("HEAD");
        return new Answer(code, headers, bodiless ? "" : body(headers));
    }

    private String body(Map<String, List<String>> headers) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (headers.containsKey("content-length")) {
            body.writeBytes(in.readNBytes(Integer.parseInt(headers.get("content-length").get(0))));
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

    /** The bytes of a frame as a client has to send it. */
    static byte[] frame(int opcode, boolean fin, byte[] payload) {
        return rawFrame((fin ? FIN : 0) | opcode, true, payload);
    }

    /** @param first the frame's first byte */
    static byte[] rawFrame(int first, boolean masked, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        int mask = masked ? MASKED : 0;
        frame.put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (mask | payload.length));
        } else if (payload.length <= 0xffff) {
            frame.put((byte) (mask | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (mask | 127)).putLong(payload.length);
        }
        if (masked) {
            frame.put(MASK);
        }
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (masked ? payload[i] ^ MASK[i & 3] : payload[i]));
        }
        byte[] bytes = new byte[frame.flip().remaining()];
        frame.get(bytes);
        return bytes;
    }

    static byte[] frame(int opcode, String payload) {
        return frame(opcode, true, payload.getBytes(StandardCharsets.UTF_8));
    }

    void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    void send(int opcode, byte[] payload) throws IOException {
        write(frame(opcode, true, payload));
    }

    /** Sends a message given as JSON in the connection's own encoding. */
    void send(String json) throws IOException {
        if (binary) {
            send(BINARY, Json.cbor(json));
        } else {
            send(TEXT, json.getBytes(StandardCharsets.UTF_8));
        }
    }

    void sendClose(int code) throws IOException {
        send(CLOSE, ByteBuffer.allocate(2).putShort((short) code).array());
    }

    /** The next frame; nothing is answered. */
    Frame next() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        assertEquals(0, first & 0x70, "reserved bits");
        assertEquals(0, second & MASKED, "a server does not mask");
        long size = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
        byte[] payload = new byte[Math.toIntExact(size)];
        in.readFully(payload);
        return new Frame(first & 0x0f, (first & FIN) != 0, payload);
    }

    /** The next message; pings are answered, and the close too. @throws ClosedException at the close frame */
    JsonNode message() throws IOException {
        return message(true);
    }

    private JsonNode message(boolean answering) throws IOException {
        for (;;) {
            Frame frame = next();
            switch (frame.opcode) {
                case TEXT, BINARY -> {
                    assertEquals(binary ? BINARY : TEXT, frame.opcode, "the type of frame");
                    return binary ? Json.readCbor(frame.payload) : Json.read(new String(frame.payload, StandardCharsets.UTF_8));
                }
                case PING -> {
                    if (answering) {
                        answer(PONG, frame.payload);
                    }
                }
                case CLOSE -> {
                    if (answering) {
                        answer(CLOSE, frame.payload);
                    }
                    throw new ClosedException(frame.closeCode());
                }
                default -> { }
            }
        }
    }

    private void answer(int opcode, byte[] payload) {
        try {
            send(opcode, payload);
        } catch (IOException gone) {
            // the other side does not read any more; what it wrote is still to be read
        }
    }

    /** The next message of a type; others are skipped. */
    JsonNode await(String type) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AWAIT_MILLIS);
        JsonNode message;
        do {
            message = message();
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("waited " + AWAIT_MILLIS + " ms in vain for " + type + "; the last message was " + message);
            }
        } while (!Json.type(message).equals(type));
        return message;
    }

    /** Reads to the close frame. @return its code, and the messages before it */
    Closing awaitClose() throws IOException {
        return awaitClose(true);
    }

    /** The same, but nothing is answered, neither the pings nor the close. */
    Closing awaitCloseInSilence() throws IOException {
        return awaitClose(false);
    }

    private Closing awaitClose(boolean answering) throws IOException {
        List<JsonNode> before = new ArrayList<>();
        try {
            for (;;) {
                before.add(message(answering));
            }
        } catch (ClosedException e) {
            return new Closing(e.code, before);
        }
    }

    record Closing(int code, List<JsonNode> before) {
        /** The last message before the close frame. */
        JsonNode last() {
            return before.isEmpty() ? Json.read("{}") : before.get(before.size() - 1);
        }
    }

    /** What follows the close frame must be the orderly end of the TCP connection. */
    void assertEnd() throws IOException {
        assertEquals(-1, in.read(), "nothing follows the close frame");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
