package org.geometryos.compositor.benchmark.micro;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;

/** A connection of a subscribed display that takes everything at once and sends nothing anywhere. One thread. */
final class TakingLink implements Link {
    private final long id;
    private final ConcurrentMap<String, Object> attributes = new ConcurrentHashMap<>();
    private long owner;
    private long cursor;
    private long delivered;
    private long due;
    /** Batches taken. */
    long taken;

    TakingLink(long id, String epoch, long head, Subscription subscription) {
        this.id = id;
        attributes.put("codec", "compositor.v1.json");
        attributes.put("session", "s" + id);
        attributes.put("epoch", epoch);
        attributes.put("subscription", subscription.toMap());
        begin(head, 0, 0);
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Handshake handshake() {
        return new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 1, false);
    }

    @Override
    public ConcurrentMap<String, Object> attributes() {
        return attributes;
    }

    @Override
    public boolean open() {
        return true;
    }

    @Override
    public long acquire() {
        return ++owner;
    }

    @Override
    public Sent send(long asOwner, Batch batch, long position, long nowDelivered, long nowDue) {
        taken++;
        begin(position, nowDelivered, nowDue);
        return Sent.TAKEN;
    }

    @Override
    public long cursor() {
        return cursor;
    }

    @Override
    public long delivered() {
        return delivered;
    }

    @Override
    public long due() {
        return due;
    }

    @Override
    public void begin(long position, long deliveredSoFar, long dueSoFar) {
        cursor = position;
        delivered = deliveredSoFar;
        due = dueSoFar;
    }

    @Override
    public boolean reply(byte[] payload, boolean text) {
        return true;
    }

    @Override
    public boolean replyAt(long position, byte[] payload, boolean text) {
        return true;
    }

    @Override
    public void ping() {
        // nobody is there to answer
    }

    @Override
    public void signal() {
        // nothing changes
    }

    @Override
    public void resume() {
        // nothing comes in
    }

    @Override
    public void close(int code, String reason) {
        throw new IllegalStateException("closed with " + code + " " + reason);
    }

    @Override
    public void abort() {
        throw new IllegalStateException("aborted");
    }

    @Override
    public long receivedAt() {
        return System.nanoTime();
    }

    @Override
    public long sentAt() {
        return System.nanoTime();
    }

    @Override
    public long stuckSince() {
        return 0;
    }

    @Override
    public long roundTrip() {
        return 0;
    }

    @Override
    public long bytesSent() {
        return 0;
    }
}
