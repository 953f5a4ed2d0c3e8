package org.geometryos.compositor.tracking.out;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Lays out the packets of one format. One thread. */
interface Packets {
    /** With the headers of IP and UDP it fits an Ethernet frame. */
    int MAX = 1_400;

    /**
     * One packet.
     *
     * @param into empty, backed by an array, {@link #MAX} bytes; holds the packet afterwards, from 0 to its position
     * @param nanos now, {@link System#nanoTime()}
     * @return whether a value had to be cut to what the format can say
     */
    boolean write(Moment moment, Settings settings, long nanos, ByteBuffer into) throws IOException;

    /** The number of the next packet, to go on from later. */
    default int sequence() {
        return 0;
    }
}
