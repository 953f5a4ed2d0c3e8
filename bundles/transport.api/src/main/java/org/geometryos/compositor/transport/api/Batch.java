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

    /**
     * From now on, until it is cleared, what links take of this batch may go out together with what further links take:
     * at {@link #flush()} at the latest, and before the batch changes. Whoever calls it calls {@link #flush()} at once
     * behind the last {@link Link#send}.
     */
    default Batch together() {
        return this;
    }

    /** Lets all go out that links have taken. */
    default void flush() {}

    /** Bytes, frame headers included. */
    int size();

    /** Messages (pings not counted). */
    int messages();
}
