package org.geometryos.compositor.transport.api;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Sees what goes over one link, for as long as somebody looks ({@link Link#tap}). Called in the middle of the work by
 * any thread, for both directions at the same time perhaps: it copies what it wants and returns. One that throws is
 * taken away.
 */
@ConsumerType
@FunctionalInterface
public interface LinkTap {

    /**
     * A data message was taken to be sent, or came in as a whole.
     *
     * @param sent whether it goes to the peer
     * @param payload good during the call alone
     */
    void message(boolean sent, ByteBuffer payload, boolean text);
}
