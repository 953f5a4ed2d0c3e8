package org.geometryos.compositor.transport.api;

import java.nio.ByteBuffer;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides handshakes and takes what clients send. Of several services the one with the highest ranking is in charge;
 * when it goes, messages wait in the sockets for the next one. It should leave only after its running calls have
 * returned.
 */
@ConsumerType
public interface LinkHandler {

    /** Decides a handshake. Must not block. */
    Decision handshake(Handshake handshake);

    /** Headers (names in lower case) to add to the answer of a status question, by its handshake. */
    default Map<String, String> statusHeaders(Handshake handshake) {
        return Map.of();
    }

    /**
     * A whole message. Per link one call at a time, in order; calls for different links run in parallel, in the threads
     * that serve all links: what would have to wait for others is {@linkplain Link#postpone postponed}.
     *
     * @param payload valid during the call only
     * @param text whether it came as text (well-formed UTF-8) or binary
     * @return true to go on; false to hand out no further message of this link until {@link Link#resume()}
     */
    boolean message(Link link, ByteBuffer payload, boolean text);

    /**
     * Offers a short message in the thread that reads many sockets, before {@link #message}. Handing it to another
     * thread costs several times what a brief one takes to answer. Whoever takes it must neither wait nor call code of
     * others. The rules of {@link #message} hold beside.
     *
     * @param payload valid during the call only
     * @param text whether it came as text (well-formed UTF-8) or binary
     * @return true if the message is dealt with; false if nothing was done and it is to come by {@link #message}
     */
    default boolean brief(Link link, ByteBuffer payload, boolean text) {
        return false;
    }
}
