package org.geometryos.compositor.benchmark.micro;

import org.geometryos.compositor.transport.api.Batch;

/** Keeps nothing of what is added but its size. */
final class CountingBatch implements Batch {
    private static final int HEADER = 4;

    private int size;
    private int messages;

    @Override
    public Batch clear() {
        size = 0;
        messages = 0;
        return this;
    }

    @Override
    public Batch add(byte[] payload, boolean text) {
        size += payload.length + HEADER;
        messages++;
        return this;
    }

    @Override
    public Batch ping() {
        size += HEADER;
        return this;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int messages() {
        return messages;
    }
}
