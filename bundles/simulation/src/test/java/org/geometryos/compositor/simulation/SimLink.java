package org.geometryos.compositor.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.testkit.FakeLink;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;

/**
 * A socket with a wire of a length and buffers of a size, and what the peer does at the other end: it takes what has
 * arrived when it likes, or does so no more.
 */
final class SimLink implements Link {
    /** Bytes of a message that is offered as a brief one, at most. */
    private static final int BRIEF = 1_000;

    private static final int MAX_REPLIES = 64;
    private static final int MAX_REPLY_BYTES = 1 << 20;
    private static final long ARRIVAL = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(1);
    private static final long CLOSING = TimeUnit.MILLISECONDS.toNanos(200);

    /** Who reads at the other end. */
    interface Peer {
        /** What has arrived. */
        void arrived(Parcel parcel);

        /** The socket is closed; without a close frame it is 1006. */
        void closed(int code, String reason);
    }

    private record Underway(Parcel parcel, long at) {}

    private record Said(byte[] payload, boolean text) {}

    private final long id;
    private final Handshake handshake;
    private final SimTransport transport;
    private final Timeline time;
    private final Faults faults;
    private final long latency;
    private final int capacity;
    private final ConcurrentMap<String, Object> attributes = new ConcurrentHashMap<>();
    Peer peer;

    // out
    private final ArrayDeque<Underway> wire = new ArrayDeque<>();
    private int wireBytes;
    private final ArrayDeque<Parcel> replies = new ArrayDeque<>();
    private int replyBytes;
    private final ArrayDeque<Long> pings = new ArrayDeque<>();
    private long owner;
    private long cursor;
    private long delivered;
    private long due;
    private boolean wanted;
    private long roundTrip;
    private long sentAt;
    private long stuckSince;
    private long bytesSent;

    // in
    private final ArrayDeque<Said> inbox = new ArrayDeque<>();
    private boolean delivering;
    private boolean resumed;
    private boolean paused;
    private boolean postponed;
    private long restsUntil = Long.MIN_VALUE;
    private int heldClose;
    private long receivedAt;

    // the end
    private boolean open = true;
    private boolean gone;
    private boolean dead;
    private boolean closedByPeer;
    private int code;
    private String reason = "";

    SimLink(long id, Handshake handshake, SimTransport transport, long latency, int capacity) {
        this.id = id;
        this.handshake = handshake;
        this.transport = transport;
        this.time = transport.time;
        this.faults = transport.faults;
        this.latency = latency;
        this.capacity = capacity;
        this.receivedAt = time.getAsLong();
        this.sentAt = receivedAt;
    }

    // ---- the peer

    /** Takes what has arrived by now. */
    void read() {
        if (dead) {
            return;
        }
        long arrived = time.getAsLong() - latency;
        boolean pinged = false;
        for (Underway next; (next = wire.peek()) != null && next.at <= arrived; ) {
            wire.poll();
            wireBytes -= next.parcel.payload.length;
            if (next.parcel == Parcel.PING) {
                pinged = true;
                time.after(latency, this::pong);
            } else {
                peer.arrived(next.parcel);
            }
        }
        if (wireBytes <= capacity && stuckSince != 0) {
            stuckSince = 0;
        }
        if (!pinged && (wanted || !replies.isEmpty() || !inbox.isEmpty())) {
            look();
        }
    }

    private void pong() {
        if (gone || dead || pings.isEmpty()) {
            return;
        }
        if (holdsInput()) {
            // it is not read before
            time.after(ARRIVAL / 5, this::pong);
            return;
        }
        roundTrip = Math.max(1, time.getAsLong() - pings.poll());
        receivedAt = time.getAsLong();
        look();
    }

    /** Replies that waited go out, then the stream is told. */
    private void look() {
        writeReplies();
        drain();
    }

    void say(byte[] payload, boolean text) {
        if (dead) {
            return;
        }
        time.after(latency, () -> {
            receivedAt = time.getAsLong();
            if (open) {
                inbox.add(new Said(payload, text));
                drain();
            }
        });
    }

    /** The peer closes. */
    void leave(int with) {
        time.after(latency, () -> {
            if (!gone && !dead) {
                heldClose = with;
                drain();
            }
        });
    }

    /** The connection breaks: the server hears of it. */
    void breaks() {
        dead = true;
        time.after(latency, () -> end(1006));
    }

    /** The peer is gone, and nobody hears of it. */
    void vanishes() {
        dead = true;
    }

    boolean over() {
        return gone || dead;
    }

    // ---- the link

    @Override
    public long id() {
        return id;
    }

    @Override
    public Handshake handshake() {
        return handshake;
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
        return ++owner;
    }

    @Override
    public Link.Sent send(long asOwner, Batch batch, long position, long nowDelivered, long nowDue) {
        if (!open) {
            return Link.Sent.CLOSED;
        }
        if (asOwner != owner && !faults.on(Fault.OLD_OWNER_SENDS)) {
            return Link.Sent.NOT_OWNER;
        }
        if (!free()) {
            wanted = true;
            if (faults.on(Fault.BUSY_MOVES_CURSOR)) {
                begin(position, nowDelivered, nowDue);
            }
            return Link.Sent.BUSY;
        }
        Parcels parcels = (Parcels) batch;
        int n = parcels.parcels.size();
        for (int i = 0; i < n; i++) {
            Parcel parcel = parcels.parcels.get(i);
            if (faults.active() && parcel.payload.length > 0) {
                if (faults.on(Fault.LOSES_A_MESSAGE)) {
                    continue;
                }
                if (faults.on(Fault.DOUBLES_A_MESSAGE)) {
                    put(parcel);
                }
                if (i + 1 < n && faults.on(Fault.SWAPS_MESSAGES)) {
                    put(parcels.parcels.get(i + 1));
                    i++;
                }
            }
            put(parcel);
        }
        bytesSent += parcels.size();
        if (parcels.ping) {
            pinged();
        }
        if (!faults.on(Fault.CURSOR_STAYS)) {
            begin(position, nowDelivered, nowDue);
        }
        return Link.Sent.TAKEN;
    }

    private void put(Parcel parcel) {
        long now = time.getAsLong();
        wire.add(new Underway(parcel, now));
        wireBytes += parcel.payload.length;
        sentAt = now;
        if (wireBytes > capacity && stuckSince == 0) {
            stuckSince = now;
        }
    }

    private void pinged() {
        if (faults.on(Fault.PINGS_ARE_LOST)) {
            pings.add(time.getAsLong());
            return;
        }
        pings.add(time.getAsLong());
        put(Parcel.PING);
    }

    @Override
    public boolean takes(int bytes) {
        wanted |= open && !free();
        return !open || free();
    }

    private boolean free() {
        return stuckSince == 0 && replies.isEmpty() && !overdue();
    }

    private boolean overdue() {
        return !pings.isEmpty()
                && time.getAsLong() - pings.peek() > Math.max(ARRIVAL, 2 * roundTrip)
                && !waits()
                && !faults.on(Fault.RECEIPTS_DO_NOT_COUNT);
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
        return open && enqueue(payload, text);
    }

    @Override
    public boolean replyAt(long position, byte[] payload, boolean text) {
        return open && stuckSince == 0 && replies.isEmpty() && cursor == position && enqueue(payload, text);
    }

    private boolean enqueue(byte[] payload, boolean text) {
        if (replies.size() >= MAX_REPLIES || replyBytes + payload.length > MAX_REPLY_BYTES) {
            return false;
        }
        if (faults.on(Fault.LOSES_A_REPLY)) {
            return true;
        }
        replies.add(new Parcel(payload, text));
        if (faults.on(Fault.DOUBLES_A_REPLY)) {
            replies.add(new Parcel(payload, text));
        }
        replyBytes += payload.length;
        writeReplies();
        return true;
    }

    private void writeReplies() {
        while (stuckSince == 0 && !replies.isEmpty()) {
            Parcel next = replies.poll();
            replyBytes -= next.payload.length;
            put(next);
        }
    }

    @Override
    public void ping() {
        if (open) {
            pinged();
        }
    }

    @Override
    public void signal() {
        if (!faults.on(Fault.SIGNAL_IS_LOST)) {
            transport.changed(this);
        }
    }

    // ---- what comes in

    void drain() {
        for (Said next; (next = next()) != null; ) {
            LinkHandler handler = transport.handler();
            ByteBuffer payload = ByteBuffer.wrap(next.payload);
            boolean on = payload.remaining() <= BRIEF && handler.brief(this, payload.duplicate(), next.text)
                    || handler.message(this, payload, next.text);
            delivering = false;
            if (postponed && open) {
                inbox.addFirst(next);
                restsUntil = resumed ? Long.MIN_VALUE : restsUntil;
            } else {
                paused = !on && !resumed && open;
            }
        }
        int closes = inbox.isEmpty() && !holdsInput() ? heldClose : 0;
        if (closes != 0) {
            heldClose = 0;
            closedByPeer = open;
            end(code != 0 ? code : closes);
        } else if (wanted && free()) {
            wanted = false;
            transport.ready(this);
        }
    }

    private Said next() {
        LinkHandler handler = transport.handler();
        if (holdsInput() || !replies.isEmpty() || handler == null || inbox.isEmpty()) {
            return null;
        }
        delivering = true;
        resumed = false;
        postponed = false;
        return inbox.poll();
    }

    private boolean waits() {
        return paused || !inbox.isEmpty();
    }

    private boolean holdsInput() {
        return paused || delivering || restsUntil > time.getAsLong();
    }

    @Override
    public void resume() {
        if (faults.on(Fault.RESUME_IS_LOST)) {
            return;
        }
        resumed = true;
        paused = false;
        if (postponed && !delivering) {
            restsUntil = Long.MIN_VALUE;
        }
        receivedAt = time.getAsLong();
        time.after(0, this::drain);
    }

    @Override
    public boolean postpone(long nanos) {
        postponed = delivering;
        rest(nanos);
        return true;
    }

    @Override
    public void rest(long nanos) {
        long least = Math.min(nanos, LONGEST_REST);
        restsUntil = time.getAsLong() + least;
        time.after(least, this::drain);
    }

    // ---- the end

    @Override
    public void close(int with, String why) {
        close(with, why, null, false);
    }

    @Override
    public void close(int with, String why, byte[] last, boolean text) {
        if (!open) {
            return;
        }
        open = false;
        code = with;
        reason = FakeLink.cut(why);
        if (last != null) {
            enqueue(last, text);
        }
        inbox.clear();
        paused = false;
        restsUntil = Long.MIN_VALUE;
        if (!dead) {
            time.after(CLOSING + 2 * latency, () -> {
                read();
                end(with);
            });
        } else {
            time.after(10 * ARRIVAL, () -> end(1006));
        }
    }

    private void end(int with) {
        if (gone) {
            return;
        }
        gone = true;
        open = false;
        wire.clear();
        if (!dead) {
            peer.closed(with, reason);
        }
        transport.closed(this, with);
    }

    @Override
    public void abort() {
        if (open || !gone) {
            open = false;
            time.after(0, () -> end(1006));
        }
    }

    @Override
    public boolean closedByPeer() {
        return closedByPeer;
    }

    @Override
    public long receivedAt() {
        return waits() ? time.getAsLong() : receivedAt;
    }

    @Override
    public long sentAt() {
        return sentAt;
    }

    @Override
    public long stuckSince() {
        return stuckSince;
    }

    @Override
    public long roundTrip() {
        return roundTrip;
    }

    @Override
    public long bytesSent() {
        return bytesSent;
    }

    @Override
    public String toString() {
        return "link " + id;
    }
}
