package org.geometryos.compositor.itest.framework;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A WebSocket on a plain socket, independent of all code under test: it can stop reading, send rubbish and vanish.
 * Blocking; one thread reads.
 */
public class RawDisplay implements AutoCloseable {
    public static final int TEXT = LoopSocket.TEXT;
    public static final int BINARY = LoopSocket.BINARY;
    public static final int CLOSE = LoopSocket.CLOSE;
    public static final int PING = LoopSocket.PING;
    public static final int PONG = LoopSocket.PONG;

    /** One frame as it came. */
    public record Frame(int opcode, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        public int closeCode() {
            return payload.length < 2 ? 1005 : ByteBuffer.wrap(payload).getShort() & 0xffff;
        }
    }

    public final Socket socket = new Socket();
    private DataInputStream in;
    public final List<String> answer = new ArrayList<>();

    /** @param receiveBuffer 0 for the kernel's own */
    public RawDisplay(int port, int receiveBuffer, String subprotocol, String... headers) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(60_000);
        socket.connect(new InetSocketAddress("127.0.0.1", port), 5000);
        socket.getOutputStream()
                .write(LoopSocket.handshake(port, subprotocol, headers).getBytes(StandardCharsets.US_ASCII));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 16 * 1024));
        StringBuilder line = new StringBuilder();
        for (; ; ) {
            int c = in.read();
            if (c < 0) {
                throw new EOFException("no answer to the handshake");
            }
            if (c == '\n') {
                if (line.length() == 0) {
                    break;
                }
                answer.add(line.toString());
                line.setLength(0);
            } else if (c != '\r') {
                line.append((char) c);
            }
        }
        if (status() != 101) {
            socket.close();
            throw new IOException("handshake refused: " + answer.get(0));
        }
    }

    public int status() {
        return Integer.parseInt(answer.get(0).split(" ")[1]);
    }

    /** Writes one masked frame. */
    public synchronized void send(int opcode, byte[] payload) throws IOException {
        socket.getOutputStream().write(LoopSocket.frame(0x80 | opcode, true, payload));
    }

    public void send(String text) throws IOException {
        send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The next frame, whatever it is; pings are not answered. */
    public Frame next() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        long size = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        byte[] payload = new byte[(int) size];
        in.readFully(payload);
        return new Frame(first & 0x0f, payload);
    }

    /** The next text message; pings are answered. @throws EOFException with the close code when the connection ends */
    public String message() throws IOException {
        for (; ; ) {
            Frame frame = next();
            switch (frame.opcode()) {
                case TEXT -> {
                    return frame.text();
                }
                case PING -> {
                    try {
                        send(PONG, frame.payload());
                    } catch (IOException gone) {
                        // what the peer said before it went is still to be read
                    }
                }
                case CLOSE -> {
                    try {
                        send(CLOSE, frame.payload());
                    } catch (IOException gone) {
                        // the peer did not wait for it
                    }
                    throw new ClosedException(frame.closeCode());
                }
                default -> {}
            }
        }
    }

    /** The next message of a type, skipping others. */
    public String message(String type) throws IOException {
        String message;
        do {
            message = message();
        } while (!type.equals(type(message)));
        return message;
    }

    /** Says hello and waits for the welcome. */
    public String hello(String display) throws IOException {
        send("{\"type\":\"hello\",\"display\":\"" + display + "\"}");
        return message("welcome");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    public static final class ClosedException extends EOFException {
        private static final long serialVersionUID = 1L;
        public final int code;

        public ClosedException(int code) {
            super("closed with " + code);
            this.code = code;
        }
    }

    private static final Pattern TYPE = Pattern.compile("\"type\":\"([a-z-]+)\"");

    public static String type(String message) {
        Matcher m = TYPE.matcher(message);
        return m.find() ? m.group(1) : "";
    }

    /** A number in a message, -1 if it is not there. */
    public static long number(String message, String name) {
        int at = message.indexOf("\"" + name + "\":");
        if (at < 0) {
            return -1;
        }
        int i = at + name.length() + 3;
        int end = i;
        while (end < message.length() && (Character.isDigit(message.charAt(end)) || message.charAt(end) == '-')) {
            end++;
        }
        return end == i ? -1 : Long.parseLong(message.substring(i, end));
    }

    public static String string(String message, String name) {
        Matcher m = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(message);
        return m.find() ? m.group(1) : "";
    }
}
