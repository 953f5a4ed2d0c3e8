package org.geometryos.compositor.camera.tracking;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * Makes camera updates of the datagrams of one format. Whatever they hold: a datagram ends in an update or in a
 * counter. One thread.
 *
 * @param <O> what only its format has in its settings
 */
interface Tracker<O> {

    /**
     * @param data its remaining bytes are the datagram; backed by an array; used again after the call
     * @param now {@link System#nanoTime()}
     */
    void datagram(ByteBuffer data, SocketAddress from, long now, Settings<O> settings);

    /** Called several times a second. */
    void tick(long now);
}
