package org.geometryos.compositor.itest.outside;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.testkit.wire.Frames;
import org.geometryos.compositor.testkit.wire.RawPeer;
import org.geometryos.compositor.testkit.wire.RawPeer.Answer;
import org.geometryos.compositor.testkit.wire.RawPeer.Frame;
import org.geometryos.compositor.testkit.wire.RawRequest;

/** A raw peer that speaks the protocol in the form that its handshake got: messages are given and read as JSON. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;
    /** How long a message is waited for although others come. */
    private static final int AWAIT_MILLIS = 60_000;

    private final RawPeer peer;
    private boolean binary;

    public RawClient(int port) throws IOException {
        this(port, socket -> {});
    }

    public RawClient(int port, RawPeer.Preparation preparation) throws IOException {
        peer = new RawPeer(port, TIMEOUT_MILLIS, preparation);
    }

    /** A WebSocket. @param subprotocol may be null: none offered */
    public static RawClient connect(int port, String subprotocol) throws IOException {
        return connect(port, subprotocol == null ? RawRequest.upgrade() : RawRequest.upgrade(subprotocol));
    }

    /** A WebSocket that speaks what the answer says. */
    public static RawClient connect(int port, RawRequest request) throws IOException {
        return connect(port, request, socket -> {});
    }

    /** A WebSocket on a socket of its own kind. */
    public static RawClient connect(int port, RawRequest request, RawPeer.Preparation preparation) throws IOException {
        RawClient client = new RawClient(port, preparation);
        client.binary = client.peer
                .upgrade(request)
                .header("Sec-WebSocket-Protocol")
                .filter(name -> name.endsWith(".cbor"))
                .isPresent();
        return client;
    }

    /** A JSON connection that has said hello. */
    public static RawClient display(int port, String display) throws IOException {
        RawClient client = connect(port, "compositor.v1.json");
        client.send(CameraStream.hello(display));
        client.await("welcome");
        return client;
    }

    public Answer ask(RawRequest request) throws IOException {
        return peer.ask(request);
    }

    public void write(byte[] bytes) throws IOException {
        peer.write(bytes);
    }

    public void send(int opcode, byte[] payload) throws IOException {
        peer.send(opcode, payload);
    }

    /** Sends a message given as JSON in the connection's own encoding. */
    public void send(String json) throws IOException {
        if (binary) {
            send(Frames.BINARY, Json.cbor(json));
        } else {
            peer.send(json);
        }
    }

    public void sendClose(int code) throws IOException {
        peer.sendClose(code);
    }

    /** The next frame; nothing is answered. */
    public Frame next() throws IOException {
        return peer.next();
    }

    /** The next message; pings are answered, and the close too. @throws RawPeer.ClosedException at the close frame */
    public JsonNode message() throws IOException {
        return message(true);
    }

    private JsonNode message(boolean answering) throws IOException {
        Frame frame = peer.message(answering);
        assertEquals(binary ? Frames.BINARY : Frames.TEXT, frame.opcode(), "the type of frame");
        return binary ? Json.readCbor(frame.payload()) : Json.read(new String(frame.payload(), StandardCharsets.UTF_8));
    }

    /** The next message of a type; others are skipped. */
    public JsonNode await(String type) throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(AWAIT_MILLIS);
        JsonNode message;
        do {
            message = message();
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        "waited " + AWAIT_MILLIS + " ms in vain for " + type + "; the last message was " + message);
            }
        } while (!Json.type(message).equals(type));
        return message;
    }

    /** Reads to the close frame. @return its code, and the messages before it */
    public Closing awaitClose() throws IOException {
        return awaitClose(true);
    }

    /** The same, but nothing is answered, neither the pings nor the close. */
    public Closing awaitCloseInSilence() throws IOException {
        return awaitClose(false);
    }

    private Closing awaitClose(boolean answering) throws IOException {
        List<JsonNode> before = new ArrayList<>();
        try {
            for (; ; ) {
                before.add(message(answering));
            }
        } catch (RawPeer.ClosedException e) {
            return new Closing(e.code(), before);
        }
    }

    public record Closing(int code, List<JsonNode> before) {
        /** The last message before the close frame. */
        public JsonNode last() {
            return before.isEmpty() ? Json.read("{}") : before.get(before.size() - 1);
        }
    }

    /** What follows the close frame must be the orderly end of the TCP connection. */
    public void assertEnd() throws IOException {
        assertEquals(-1, peer.read(), "nothing follows the close frame");
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
