package org.geometryos.compositor.protocol;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One form of one version of the protocol. Stateless; any thread. In a framework: a service with the property
 * {@link #SUBPROTOCOL}.
 */
@ProviderType
public interface Codec extends Speaker {
    /** Service property, String: what {@link #subprotocol()} gives. */
    String SUBPROTOCOL = "compositor.subprotocol";

    /** The WebSocket subprotocol, {@code compositor.v1.json} for one. */
    String subprotocol();

    byte[] encode(ServerMessage message);

    /** All of it has words here. */
    @Override
    default Optional<byte[]> say(ServerMessage message) {
        return Optional.of(encode(message));
    }

    byte[] encode(ClientMessage message);

    /** Reads what a client sent; strictly. The buffer's position and limit frame the message and are left alone. */
    ClientMessage decodeClient(ByteBuffer message) throws DecodeException;

    /** Reads what a server sent. Unknown message types give {@code UNKNOWN_TYPE}, to be ignored by a client. */
    ServerMessage decodeServer(ByteBuffer message) throws DecodeException;
}
