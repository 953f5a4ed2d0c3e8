package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.List;

import org.geometryos.compositor.transport.api.Batch;

/** Messages as they were added. */
final class FakeBatch implements Batch {
    final List<byte[]> payloads = new ArrayList<>();
    boolean ping;
    private int size;

    @Override
    public Batch clear() {
        payloads.clear();
        ping = false;
        size = 0;
        return this;
    }

    @Override
    public Batch add(byte[] payload, boolean text) {
        payloads.add(payload);
        size += payload.length + 4;
        return this;
    }

    @Override
    public Batch ping() {
        if (ping) {
            throw new IllegalStateException("a second ping");
        }
        ping = true;
        size += 10;
        return this;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int messages() {
        return payloads.size();
    }
}
