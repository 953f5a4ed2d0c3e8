package org.geometryos.compositor.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Another protocol than ours that is spoken on the same port: a client chooses it by its WebSocket subprotocol. The
 * endpoint lets its clients in by the same keys, roles, origins and limits, counts what they ask, and hands their
 * messages over; the connection manager keeps their sessions. The dialect opens the sessions and sends what its clients
 * subscribe to. In a framework: a service. While it is away, what its clients send waits in their sockets.
 */
@ConsumerType
public interface Dialect extends Speaker {
    /** Its names, always the same, the preferred one first: of several that a client offers, that one is answered. */
    List<String> subprotocols();

    /**
     * Takes one message of a client. Per link one call at a time, in order; calls for different links run in parallel.
     * Must not block.
     *
     * @param link the number of the link, whose subprotocol is one of these
     * @param payload valid during the call only
     * @param requests does what a client of our own protocol asks for in the same way
     * @return whether the next message may come; if not, it is asked for by {@code Link.resume()}
     * @throws DecodeException the client is told what is wrong with the message
     */
    boolean message(long link, ByteBuffer payload, boolean text, Requests requests) throws DecodeException;

    /** The requests of our own protocol, made for one client, with all its rights and limits. */
    @FunctionalInterface
    interface Requests {
        /** @return whether the next message may come */
        boolean handle(ClientMessage message);
    }
}
