package org.geometryos.compositor.testkit;

import java.util.ArrayList;
import java.util.List;
import org.geometryos.compositor.transport.api.Batch;

/** Messages as they were added. One thread. */
public final class FakeBatch implements Batch {
    private static final int PING = 10;

    /** One message; the array itself. */
    record Message(byte[] payload, boolean text) {}

    private final List<Message> messages = new ArrayList<>();
    private boolean ping;
    private int size;

    @Override
    public Batch clear() {
        messages.clear();
        ping = false;
        size = 0;
        return this;
    }

    @Override
    public Batch add(byte[] payload, boolean text) {
        messages.add(new Message(payload, text));
        size += payload.length + header(payload.length);
        return this;
    }

    private static int header(int length) {
        return length < 126 ? 2 : length < 65_536 ? 4 : 10;
    }

    @Override
    public Batch ping() {
        if (ping) {
            throw new IllegalStateException("a batch holds at most one ping");
        }
        ping = true;
        size += PING;
        return this;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int messages() {
        return messages.size();
    }

    List<Message> added() {
        return messages;
    }

    boolean pings() {
        return ping;
    }
}
