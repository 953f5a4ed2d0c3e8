package org.geometryos.compositor.transport.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Whole WebSocket frames, laid out once and written to many sockets. Reused by its one thread: {@link #clear()}, fill,
 * {@link Link#send} to any number of links, again. Links keep no reference to the batch.
 */
@ProviderType
public interface Batch {

    /** Empties it. */
    Batch clear();

    /**
     * Adds a message as one unmasked frame. The array must not be changed afterwards: links whose sockets do not take
     * all of it refer to it.
     */
    Batch add(byte[] payload, boolean text);

    /**
     * Adds a WebSocket ping. When the peer's pong comes back, what was sent up to here has been received; see
     * {@link Link#send}. At most one per batch.
     */
    Batch ping();

    /**
     * Whether pings are wanted beside those that come with heartbeats: as receipts, which tell whether a peer reads.
     */
    default boolean receipts() {
        return true;
    }

    /** Bytes, frame headers included. */
    int size();

    /** Messages (pings not counted). */
    int messages();
}
