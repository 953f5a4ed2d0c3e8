package org.geometryos.compositor.connections;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import org.geometryos.compositor.api.connection.LinkAttributes;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;

/** A socket that keeps what is said to it. */
final class FakeLink implements Link {
    private final long id;
    private final ConcurrentMap<String, Object> attributes = new ConcurrentHashMap<>();
    final List<ServerMessage> messages = new ArrayList<>();
    boolean open = true;
    boolean aborted;
    boolean closedByPeer;
    int closedWith;
    int signals;
    int pings;
    long receivedAt;
    long stuckSince;
    private long cursor;
    private long delivered;
    private long due;

    FakeLink(long id, String key, String role, Codec codec) {
        this.id = id;
        attributes.putAll(Map.of(LinkAttributes.KEY, key, LinkAttributes.ROLE, role, LinkAttributes.CODEC, codec.subprotocol()));
    }

    <T extends ServerMessage> T last(Class<T> type) {
        return messages.stream().filter(type::isInstance).map(type::cast).reduce((a, b) -> b).orElseThrow(() -> new AssertionError("no " + type + " in " + messages));
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public Handshake handshake() {
        return new Handshake(true, "/compositor", Map.of(), "127.0.0.1", 50_000, true, false);
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
    public long acquire() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Sent send(long owner, Batch batch, long position, long nowDelivered, long nowDue) {
        throw new UnsupportedOperationException();
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
        if (!open) {
            return false;
        }
        Codec codec = text ? Codecs.json() : Codecs.cbor();
        try {
            messages.add(codec.decodeServer(ByteBuffer.wrap(payload)));
        } catch (DecodeException e) {
            throw new AssertionError(e);
        }
        return true;
    }

    @Override
    public void ping() {
        pings++;
    }

    @Override
    public void signal() {
        signals++;
    }

    @Override
    public void resume() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close(int code, String reason) {
        if (open) {
            open = false;
            closedWith = code;
        }
    }

    @Override
    public boolean closedByPeer() {
        return closedByPeer;
    }

    @Override
    public void abort() {
        open = false;
        aborted = true;
    }

    @Override
    public long receivedAt() {
        return receivedAt;
    }

    @Override
    public long sentAt() {
        return receivedAt;
    }

    @Override
    public long stuckSince() {
        return stuckSince;
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
