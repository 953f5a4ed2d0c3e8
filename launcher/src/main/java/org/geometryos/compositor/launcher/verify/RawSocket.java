package org.geometryos.compositor.launcher.verify;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.geometryos.compositor.launcher.command.Target;

/**
 * HTTP and WebSocket (RFC 6455) frame by frame, as a check has to see them: what a library would hide, refuse or answer
 * by itself. After a handshake a thread of its own reads, notes when each frame came, and answers pings; all else is
 * for one thread.
 */
final class RawSocket implements AutoCloseable {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MAX_HEAD = 32_768;
    private static final int MAX_BODY = 65_536;
    /** The server's messages stay below this (protocol, "Messages"). */
    private static final int MAX_FRAME = 1 << 20;
    /** So many frames wait to be looked at; then reading stops. */
    private static final int MAX_WAITING = 100_000;

    private final Target target;
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final LinkedBlockingQueue<Frame> frames = new LinkedBlockingQueue<>(MAX_WAITING);

    /** @param nanos when it came; opcode -1: the connection ended, the payload says how */
    record Frame(int opcode, byte[] payload, long nanos) {
        int closeCode() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    /** @param headers by lower-case name, each value in order */
    record Answer(int status, Map<String, List<String>> headers, String body) {
        List<String> values(String name) {
            return headers.getOrDefault(name, List.of());
        }

        /** The beginning of the body, in one line. */
        String said() {
            String line = body.strip().replaceAll("\\s+", " ");
            return line.isEmpty() ? "" : ": " + (line.length() > 200 ? line.substring(0, 200) + "..." : line);
        }
    }

    private RawSocket(Target target, Socket socket) throws IOException {
        this.target = target;
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 65_536));
        this.out = socket.getOutputStream();
    }

    /** Connects, with TLS if the address says so; reading an answer to a handshake is limited in the same way. */
    static RawSocket open(Target target, InetAddress address, int millis) throws IOException {
        Socket plain = new Socket();
        try {
            plain.setTcpNoDelay(true);
            plain.connect(new InetSocketAddress(address, target.port()), millis);
            plain.setSoTimeout(millis);
            return new RawSocket(target, target.secure() ? secured(target, plain) : plain);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static SSLSocket secured(Target target, Socket plain) throws IOException {
        SSLSocketFactory factory = target.tls()
                .map(SSLContext::getSocketFactory)
                .orElseGet(() -> (SSLSocketFactory) SSLSocketFactory.getDefault());
        SSLSocket secured = (SSLSocket) factory.createSocket(plain, target.host(), target.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    /** The version of TLS; empty without it. */
    Optional<String> tls() {
        return socket instanceof SSLSocket secured
                ? Optional.of(secured.getSession().getProtocol())
                : Optional.empty();
    }

    // ---- HTTP

    Answer get(String path, Optional<String> key) throws IOException {
        return ask(path, key, "Connection: close\r\n");
    }

    /**
     * Asks for a WebSocket; if it is granted, frames are read from then on.
     *
     * @param offers subprotocols; none: no header
     */
    Answer upgrade(List<String> offers, Optional<String> key) throws IOException {
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        String challenge = Base64.getEncoder().encodeToString(nonce);
        Answer answer = ask(
                target.uri().getRawPath(),
                key,
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: " + challenge + "\r\n"
                        + (offers.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + String.join(", ", offers) + "\r\n"));
        if (answer.status() == 101) {
            String expected = accept(challenge);
            if (!answer.values("sec-websocket-accept").equals(List.of(expected))) {
                throw new IOException(
                        "Sec-WebSocket-Accept is " + answer.values("sec-websocket-accept") + ", must be " + expected);
            }
            socket.setSoTimeout(0);
            Thread reader = new Thread(this::read, "verify-reader");
            reader.setDaemon(true);
            reader.start();
        }
        return answer;
    }

    private static String accept(String challenge) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((challenge + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Answer ask(String path, Optional<String> key, String headers) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + target.uri().getRawAuthority() + "\r\n"
                + key.map(secret -> "Authorization: Bearer " + secret + "\r\n").orElse("") + headers + "\r\n";
        out.write(request.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        int[] left = {MAX_HEAD};
        String[] status = line(left).split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("\\d{3}")) {
            throw new IOException("the answer is not HTTP/1.1");
        }
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String line = line(left); !line.isEmpty(); line = line(left)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("the answer is not HTTP/1.1");
            }
            fields.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(line.substring(colon + 1).trim());
        }
        int code = Integer.parseInt(status[1]);
        return new Answer(code, fields, code == 101 ? "" : body(fields));
    }

    private String body(Map<String, List<String>> fields) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            if (fields.containsKey("content-length")) {
                body.writeBytes(in.readNBytes((int) Math.min(
                        MAX_BODY, Long.parseLong(fields.get("content-length").get(0)))));
            } else if (fields.getOrDefault("transfer-encoding", List.of()).contains("chunked")) {
                int[] left = {MAX_BODY};
                for (int size = Integer.parseInt(line(left), 16);
                        size > 0 && body.size() + size <= MAX_BODY;
                        size = Integer.parseInt(line(left), 16)) {
                    body.writeBytes(in.readNBytes(size));
                    line(left);
                }
            } else {
                body.writeBytes(in.readNBytes(MAX_BODY));
            }
        } catch (NumberFormatException e) {
            throw new IOException("the length of the answer is no number");
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    private String line(int[] left) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            if (--left[0] < 0) {
                throw new IOException("the answer's head is too long");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    // ---- frames

    private void read() {
        try {
            for (; ; ) {
                Frame frame = frame();
                frames.put(frame);
                if (frame.opcode() == PING) {
                    send(PONG, frame.payload());
                }
            }
        } catch (EOFException e) {
            ended("without a close frame");
        } catch (IOException e) {
            ended(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void ended(String how) {
        // a full queue holds enough to be looked at before that
        frames.offer(new Frame(-1, String.valueOf(how).getBytes(StandardCharsets.UTF_8), System.nanoTime()));
    }

    private Frame frame() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        if ((first & 0x70) != 0 || (first & 0x80) == 0 || (second & 0x80) != 0) {
            throw new IOException("a frame with reserved bits, a fragment, or a masked frame came from the server");
        }
        long size = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
        if (size < 0 || size > MAX_FRAME) {
            throw new IOException("a frame of " + size + " bytes came; messages must stay below 1 MiB");
        }
        byte[] payload = new byte[(int) size];
        in.readFully(payload);
        return new Frame(first & 0x0f, payload, System.nanoTime());
    }

    /** The next frame. @return null if there is none until then */
    Frame next(long untilNanos) throws InterruptedException {
        return frames.poll(Math.max(0, untilNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    synchronized void send(int opcode, byte[] payload) throws IOException {
        byte[] mask = new byte[4];
        RANDOM.nextBytes(mask);
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length <= 0xffff) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i & 3]));
        }
        out.write(frame.array(), 0, frame.position());
        out.flush();
    }

    /** Cuts the connection, without a close frame. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone in any case
        }
    }
}
