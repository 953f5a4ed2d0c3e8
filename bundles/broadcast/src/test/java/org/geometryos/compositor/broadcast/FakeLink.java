package org.geometryos.compositor.broadcast;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.geometryos.compositor.api.connection.LinkAttributes;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;

/** A socket that keeps what is sent and can be told to be busy. */
final class FakeLink implements Link {

    /** What the peer got, and when. */
    record Arrival(ServerMessage message, long at) {}

    private final long id;
    private final ConcurrentMap<String, Object> attributes = new ConcurrentHashMap<>();
    private final LongSupplier nanos;
    private final Consumer<Link> ready;
    private final List<Arrival> arrivals = new ArrayList<>();
    private long owner;
    private long cursor;
    private long delivered;
    private long due;
    private boolean wanted;
    private volatile boolean open = true;
    private boolean busy;
    int pings;
    int resumes;
    /** Run after a send was taken, before the sender knows. */
    Runnable afterSend = () -> {};

    FakeLink(long id, String session, LongSupplier nanos, Consumer<Link> ready) {
        this.id = id;
        this.nanos = nanos;
        this.ready = ready;
        attributes.put(LinkAttributes.CODEC, "compositor.v1.json");
        if (session != null) {
            attributes.put(LinkAttributes.SESSION, session);
        }
    }

    synchronized void busy(boolean now) {
        busy = now;
        if (!busy && wanted) {
            wanted = false;
            ready.accept(this);
        }
    }

    /** The array itself. */
    byte[] lastPayload;

    synchronized boolean isBusy() {
        return busy;
    }

    void drop() {
        open = false;
    }

    /** All that came, in order. */
    synchronized List<ServerMessage> messages() {
        return arrivals.stream().map(Arrival::message).toList();
    }

    <T extends ServerMessage> List<T> messages(Class<T> type) {
        return messages().stream().filter(type::isInstance).map(type::cast).toList();
    }

    synchronized List<Arrival> arrivals() {
        return List.copyOf(arrivals);
    }

    /** Forgets what came so far. */
    synchronized void clear() {
        arrivals.clear();
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Handshake handshake() {
        return new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 1, true, false);
    }

    @Override
    public ConcurrentMap<String, Object> attributes() {
        return attributes;
    }

    @Override
    public boolean open() {
        return open;
    }

    @Override
    public synchronized long acquire() {
        return ++owner;
    }

    @Override
    public Sent send(long asOwner, Batch batch, long position, long nowDelivered, long nowDue) {
        synchronized (this) {
            if (!open) {
                return Sent.CLOSED;
            }
            if (asOwner != owner) {
                return Sent.NOT_OWNER;
            }
            if (busy) {
                wanted = true;
                return Sent.BUSY;
            }
            FakeBatch frames = (FakeBatch) batch;
            frames.payloads.forEach(this::arrive);
            pings += frames.ping ? 1 : 0;
            begin(position, nowDelivered, nowDue);
        }
        afterSend.run();
        return Sent.TAKEN;
    }

    private void arrive(byte[] payload) {
        lastPayload = payload;
        Codec codec = attributes.get(LinkAttributes.CODEC).equals("compositor.v1.cbor") ? Codecs.cbor() : Codecs.json();
        try {
            arrivals.add(new Arrival(codec.decodeServer(ByteBuffer.wrap(payload)), nanos.getAsLong()));
        } catch (DecodeException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public synchronized long cursor() {
        return cursor;
    }

    @Override
    public synchronized long delivered() {
        return delivered;
    }

    @Override
    public synchronized long due() {
        return due;
    }

    @Override
    public synchronized void begin(long position, long deliveredSoFar, long dueSoFar) {
        cursor = position;
        delivered = deliveredSoFar;
        due = dueSoFar;
    }

    @Override
    public synchronized boolean reply(byte[] payload, boolean text) {
        arrive(payload);
        return open;
    }

    @Override
    public void ping() {
        pings++;
    }

    @Override
    public void signal() {
        ready.accept(this);
    }

    @Override
    public void resume() {
        resumes++;
    }

    @Override
    public void close(int code, String reason) {
        open = false;
    }

    @Override
    public void abort() {
        open = false;
    }

    @Override
    public long receivedAt() {
        return nanos.getAsLong();
    }

    @Override
    public long sentAt() {
        return nanos.getAsLong();
    }

    @Override
    public long stuckSince() {
        return 0;
    }

    @Override
    public long roundTrip() {
        return 1_000_000;
    }

    @Override
    public long bytesSent() {
        return 0;
    }

    @Override
    public String toString() {
        return "link " + id;
    }
}
