package org.geometryos.compositor.transport.native_;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A ring for each thread that may write at the same time; any thread takes one that is free. */
final class Rings implements AutoCloseable {
    /** As many as threads of broadcast write at most. */
    private static final int MOST = 4;

    private final List<Ring> rings;

    private Rings(List<Ring> rings) {
        this.rings = List.copyOf(rings);
    }

    static Rings none() {
        return new Rings(List.of());
    }

    /** @throws ReflectiveOperationException if the kernel gives none */
    static Rings open() throws ReflectiveOperationException {
        List<Ring> rings = new ArrayList<>();
        try {
            for (int i = Math.min(MOST, Runtime.getRuntime().availableProcessors()); i > 0; i--) {
                rings.add(Ring.open());
            }
        } catch (ReflectiveOperationException e) {
            rings.forEach(Ring::close);
            throw e;
        }
        return new Rings(rings);
    }

    int together() {
        return rings.isEmpty() ? 1 : Ring.ENTRIES;
    }

    /** See {@link Ring#writeAll}. @return false if nothing was written, as no ring is free */
    boolean writeAll(SocketChannel[] channels, int count, ByteBuffer bytes, int[] taken) {
        for (Ring ring : rings) {
            if (ring.writeAll(channels, count, bytes, taken)) {
                return true;
            }
        }
        return false;
    }

    /** Waits for those that write, 1 ms or so. Whoever comes later finds no ring. */
    @Override
    public void close() {
        rings.forEach(Ring::close);
    }
}
