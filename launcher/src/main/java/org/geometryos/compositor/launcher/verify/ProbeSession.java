package org.geometryos.compositor.launcher.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.launcher.verify.RawSocket.Frame;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ErrorCode;
import org.geometryos.compositor.protocol.ServerMessage;

/** A WebSocket that speaks the protocol and keeps everything that came, with its time. One thread. */
final class ProbeSession implements AutoCloseable {
    private final RawSocket socket;
    private final Codec codec;
    private final List<Received> received = new ArrayList<>();
    private ServerMessage.Welcome welcome;
    private long pinged;
    private String ponged = "";
    private int looked;

    /** @param nanos when it came */
    record Received(ServerMessage message, long nanos) {
        /** Its number, if the message belongs to the sequence; not of a snapshot. */
        OptionalLong seq() {
            return message.accept(Sequence.OF);
        }
    }

    ProbeSession(RawSocket socket, Codec codec) {
        this.socket = socket;
        this.codec = codec;
    }

    void send(ClientMessage message) throws IOException {
        socket.send(codec.text() ? RawSocket.TEXT : RawSocket.BINARY, codec.encode(message));
    }

    /** Says hello, and waits for the answer. */
    ServerMessage.Welcome hello(String display, boolean keepOpen, Optional<Opening.Resume> resume, long until)
            throws IOException, StepFault, InterruptedException {
        send(new ClientMessage.Hello(
                Optional.empty(),
                new Opening(Optional.of(display), Optional.empty(), keepOpen, Optional.empty(), resume)));
        welcome = await("welcome after hello", ServerMessage.Welcome.class, until);
        return welcome;
    }

    ServerMessage.Welcome welcome() {
        return welcome;
    }

    RawSocket socket() {
        return socket;
    }

    /** Everything that came so far. */
    List<Received> received() {
        return received;
    }

    /** When the server sent its first WebSocket ping; 0: not yet. */
    long pinged() {
        return pinged;
    }

    /** What the server's newest WebSocket pong held. */
    String ponged() {
        return ponged;
    }

    /**
     * Takes in what comes until a time or until the condition holds, which is asked after each frame. @return whether
     * it holds
     */
    boolean collect(long until, Predicate<List<Received>> enough) throws IOException, StepFault, InterruptedException {
        while (!enough.test(received)) {
            Frame frame = socket.next(until);
            if (frame == null) {
                return false;
            }
            take(frame);
        }
        return true;
    }

    private void take(Frame frame) throws IOException, StepFault {
        switch (frame.opcode()) {
            case RawSocket.TEXT, RawSocket.BINARY -> {
                if ((frame.opcode() == RawSocket.TEXT) != codec.text()) {
                    throw new StepFault("a " + (codec.text() ? "binary" : "text") + " message came; "
                            + codec.subprotocol() + " has " + (codec.text() ? "text" : "binary") + " ones");
                }
                try {
                    received.add(new Received(codec.decodeServer(ByteBuffer.wrap(frame.payload())), frame.nanos()));
                } catch (DecodeException e) {
                    if (e.code() != ErrorCode.UNKNOWN_TYPE) {
                        throw new StepFault("a message breaks the protocol: " + e.getMessage());
                    }
                }
            }
            case RawSocket.PING -> pinged = pinged == 0 ? frame.nanos() : pinged;
            case RawSocket.PONG -> ponged = frame.text();
            case RawSocket.CLOSE -> throw new StepFault("the connection was closed with " + frame.closeCode());
            case -1 -> throw new StepFault("the connection ended: " + frame.text());
            default -> {}
        }
    }

    /** The next message of a type, behind the one that was awaited last; what is between is kept. */
    <T extends ServerMessage> T await(String what, Class<T> type, long until)
            throws IOException, StepFault, InterruptedException {
        return await(what, type, any -> true, until);
    }

    <T extends ServerMessage> T await(String what, Class<T> type, Predicate<T> which, long until)
            throws IOException, StepFault, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            for (; looked < received.size(); looked++) {
                if (type.isInstance(received.get(looked).message())
                        && which.test(type.cast(received.get(looked).message()))) {
                    return type.cast(received.get(looked++).message());
                }
            }
            int before = received.size();
            if (!collect(until, all -> all.size() > before)) {
                throw new StepFault("no " + what + " within " + (System.nanoTime() - begin) / 1_000_000 + " ms");
            }
        }
    }

    /** Cuts the connection. */
    @Override
    public void close() {
        socket.close();
    }
}
