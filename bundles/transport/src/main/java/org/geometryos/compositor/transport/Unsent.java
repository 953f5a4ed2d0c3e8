package org.geometryos.compositor.transport;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What the sockets have not taken yet. An array that several links wait with is held, and counted, once. Any thread.
 */
final class Unsent {
    /** What an array takes beside its bytes, with what refers to it. */
    private static final int OVERHEAD = 200;

    // guarded by this
    private final Map<byte[], int[]> holders = new IdentityHashMap<>();
    private volatile long bytes;

    static long size(byte[] array) {
        return array.length + OVERHEAD;
    }

    synchronized void hold(byte[][] arrays) {
        for (byte[] array : arrays) {
            if (holders.computeIfAbsent(array, a -> new int[1])[0]++ == 0) {
                bytes += size(array);
            }
        }
    }

    synchronized void release(byte[][] arrays) {
        for (byte[] array : arrays) {
            if (--holders.get(array)[0] == 0) {
                holders.remove(array);
                bytes -= size(array);
            }
        }
    }

    long bytes() {
        return bytes;
    }
}
