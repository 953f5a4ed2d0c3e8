package org.geometryos.compositor.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;
import org.geometryos.compositor.transport.api.Batch;
import org.geometryos.compositor.transport.api.Handshake;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkHandler;

/**
 * A link without a socket, and its peer: it reads at once unless it is told not to, answers pings unless it is told not
 * to, and keeps what it got. Any thread.
 */
public final class FakeLink implements Link {
    private static final int MAX_REPLIES = 64;
    /** Bytes of a message that is offered as a brief one, at most. */
    private static final int BRIEF = 1_000;

    private static final int MAX_REPLY_BYTES = 1 << 20;
    private static final int MAX_REASON = 123;
    private static final int LOST = 1006;
    private static final long ARRIVAL_LIMIT = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_REST = TimeUnit.SECONDS.toNanos(1);

    /** What the peer got, and when; the array itself. */
    public static final class Arrival {
        private final byte[] payload;
        private final boolean text;
        private final long at;
        private ServerMessage message;

        Arrival(byte[] payload, boolean text, long at) {
            this.payload = payload;
            this.text = text;
            this.at = at;
        }

        public byte[] payload() {
            return payload;
        }

        public boolean text() {
            return text;
        }

        public long at() {
            return at;
        }

        /** Read in the form that its kind of frame stands for. */
        public synchronized ServerMessage message() {
            if (message == null) {
                Codec codec = text ? Codecs.json() : Codecs.cbor();
                try {
                    message = codec.decodeServer(ByteBuffer.wrap(payload));
                } catch (DecodeException e) {
                    throw new AssertionError(e);
                }
            }
            return message;
        }
    }

    private record Message(byte[] payload, boolean text) {}

    private final long id;
    private final Handshake handshake;
    private final FakeTransport transport;
    private final FakeClock clock;
    private final ConcurrentMap<String, Object> attributes = new ConcurrentHashMap<>();

    // what the peer has and does
    private final List<Arrival> arrivals = new ArrayList<>();
    private boolean busy;
    private boolean answering = true;
    private int pings;
    private volatile Runnable afterSend = () -> {};
    private boolean full;
    private int asked;

    // what goes out
    private final ArrayDeque<Message> replies = new ArrayDeque<>();
    private int replyBytes;
    private long owner;
    private long cursor;
    private long delivered;
    private long due;
    private boolean wanted;
    private long pingAt;
    private long roundTrip;
    private long sentAt;
    private long stuckSince;
    private long bytesSent;

    // what comes in
    private final ArrayDeque<Message> inbox = new ArrayDeque<>();
    private boolean delivering;
    private boolean resumed;
    private boolean paused;
    private boolean keeps = true;
    private boolean postponed;
    private int postponements;
    private long restsUntil;
    private int heldClose;
    private long receivedAt;
    private int resumes;
    private int signals;

    // the end
    private boolean open = true;
    private boolean aborted;
    private boolean closedByPeer;
    private int closedWith;
    private String reason = "";

    FakeLink(long id, Handshake handshake, FakeTransport transport) {
        this.id = id;
        this.handshake = handshake;
        this.transport = transport;
        this.clock = transport.clock();
        this.receivedAt = clock.getAsLong();
        this.sentAt = receivedAt;
    }

    // ---- the peer

    /** All that came, in order. */
    public synchronized List<Arrival> arrivals() {
        return List.copyOf(arrivals);
    }

    public List<ServerMessage> messages() {
        return arrivals().stream().map(Arrival::message).toList();
    }

    public <T extends ServerMessage> List<T> messages(Class<T> type) {
        return messages().stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** The last message of a type. */
    public <T extends ServerMessage> T last(Class<T> type) {
        List<T> all = messages(type);
        if (all.isEmpty()) {
            throw new AssertionError("no " + type.getSimpleName() + " in " + messages());
        }
        return all.get(all.size() - 1);
    }

    /** The one message that came since the last call, which is forgotten. */
    public synchronized ServerMessage answer() {
        if (arrivals.size() != 1) {
            throw new AssertionError("one message was to come, not " + messages());
        }
        return arrivals.remove(0).message();
    }

    /** Forgets what came so far. */
    public synchronized void clear() {
        arrivals.clear();
    }

    public synchronized int pings() {
        return pings;
    }

    /** The peer reads nothing any more, so that the stream is refused and replies wait; or it reads again. */
    public void busy(boolean on) {
        synchronized (this) {
            busy = on;
            stuckSince = on ? token() : 0;
            writeReplies();
        }
        drain();
    }

    public synchronized boolean busy() {
        return busy;
    }

    /** The peer answers pings, or does so no more. */
    public void answering(boolean on) {
        synchronized (this) {
            answering = on;
        }
        drain();
    }

    /** The peer sends a message. */
    public void say(byte[] payload, boolean text) {
        synchronized (this) {
            heard();
            if (open) {
                inbox.add(new Message(payload, text));
            }
        }
        drain();
    }

    /** Something came in that says nothing. */
    public synchronized void heard() {
        receivedAt = clock.getAsLong();
    }

    /** The peer begins to close. */
    public void peerCloses(int code) {
        synchronized (this) {
            heard();
            heldClose = code;
        }
        drain();
    }

    /** The connection is over: the peer has answered a close, or it was lost. */
    public void end() {
        end(closedWith() == 0 ? LOST : closedWith(), reason());
    }

    public void end(int code, String why) {
        over();
        transport.closed(this, code, why);
    }

    /** The connection is over, and nobody is told. */
    public void vanish() {
        over();
        transport.forget(this);
    }

    private synchronized void over() {
        open = false;
    }

    /** Run after a send was taken, before the sender knows. */
    public void afterSend(Runnable task) {
        afterSend = task;
    }

    /** Sockets take nothing long at the moment, or take it again. */
    public synchronized void full(boolean on) {
        full = on;
    }

    /** The link keeps what the handler postpones, as it does by itself, or is of a version that cannot. */
    public synchronized void keeps(boolean on) {
        keeps = on;
    }

    // ---- what was done to it

    /** How often it was asked whether it takes something of a length. */
    public synchronized int asked() {
        return asked;
    }

    /** How often a message was postponed. */
    public synchronized int postponements() {
        return postponements;
    }

    /** The code it was closed with from this side; 0 if it was not. */
    public synchronized int closedWith() {
        return closedWith;
    }

    public synchronized String reason() {
        return reason;
    }

    public synchronized boolean aborted() {
        return aborted;
    }

    public synchronized int signals() {
        return signals;
    }

    public synchronized int resumes() {
        return resumes;
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
    public synchronized boolean open() {
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
            if (!free()) {
                wanted = true;
                return Sent.BUSY;
            }
            FakeBatch frames = (FakeBatch) batch;
            for (FakeBatch.Message message : frames.added()) {
                arrivals.add(new Arrival(message.payload(), message.text(), clock.getAsLong()));
            }
            wrote(frames.size());
            if (frames.pings()) {
                pinged();
            }
            begin(position, nowDelivered, nowDue);
        }
        afterSend.run();
        return Sent.TAKEN;
    }

    @Override
    public synchronized boolean takes(int bytes) {
        asked += bytes > 0 ? 1 : 0;
        if (open && full && bytes > 0) {
            return false;
        }
        wanted |= open && !free();
        return !open || free();
    }

    private boolean free() {
        return !busy && replies.isEmpty() && !overdue();
    }

    private boolean overdue() {
        return pingAt != 0 && clock.getAsLong() - pingAt > ARRIVAL_LIMIT && !waits();
    }

    private void wrote(int bytes) {
        sentAt = clock.getAsLong();
        bytesSent += bytes;
    }

    private long token() {
        long now = clock.getAsLong();
        return now == 0 ? 1 : now;
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
        return open && enqueue(new Message(payload, text));
    }

    @Override
    public synchronized boolean replyAt(long position, byte[] payload, boolean text) {
        return open && !busy && replies.isEmpty() && cursor == position && enqueue(new Message(payload, text));
    }

    private boolean enqueue(Message message) {
        if (replies.size() >= MAX_REPLIES || replyBytes + message.payload().length > MAX_REPLY_BYTES) {
            return false;
        }
        replies.add(message);
        replyBytes += message.payload().length;
        writeReplies();
        return true;
    }

    private void writeReplies() {
        while (!busy && !replies.isEmpty()) {
            Message next = replies.poll();
            replyBytes -= next.payload().length;
            arrivals.add(new Arrival(next.payload(), next.text(), clock.getAsLong()));
            wrote(next.payload().length);
        }
    }

    @Override
    public synchronized void ping() {
        if (open) {
            pinged();
        }
    }

    private void pinged() {
        pings++;
        pingAt = pingAt == 0 ? token() : pingAt;
        answerPing();
    }

    private void answerPing() {
        if (pingAt != 0 && answering && !busy && !holdsInput()) {
            roundTrip = Math.max(1, clock.getAsLong() - pingAt);
            pingAt = 0;
            heard();
        }
    }

    @Override
    public void signal() {
        synchronized (this) {
            signals++;
        }
        transport.changed(this);
    }

    // ---- what comes in

    /** Hands on what can be handed on, then tells the stream if it can go on. */
    void drain() {
        Message next;
        while ((next = next()) != null) {
            LinkHandler handler = transport.handler();
            ByteBuffer payload = ByteBuffer.wrap(next.payload());
            boolean on = payload.remaining() <= BRIEF && handler.brief(this, payload.duplicate(), next.text())
                    || handler.message(this, payload, next.text());
            synchronized (this) {
                delivering = false;
                if (postponed && open) {
                    inbox.addFirst(next);
                    restsUntil = resumed ? 0 : restsUntil;
                } else {
                    paused = !on && !resumed && open;
                }
            }
        }
        int code;
        boolean ready;
        synchronized (this) {
            code = inbox.isEmpty() && !holdsInput() ? heldClose : 0;
            if (code != 0) {
                heldClose = 0;
                closedByPeer = open;
            } else {
                answerPing();
            }
            ready = wanted && free();
            wanted &= !ready;
        }
        if (code != 0) {
            end(code, "");
        } else if (ready) {
            transport.ready(this);
        }
    }

    private synchronized Message next() {
        LinkHandler handler = transport.handler();
        if (holdsInput() || !replies.isEmpty() || handler == null || inbox.isEmpty()) {
            return null;
        }
        delivering = true;
        resumed = false;
        postponed = false;
        return inbox.poll();
    }

    /** Something that was read has to wait. */
    private boolean waits() {
        return paused || !inbox.isEmpty();
    }

    /** Nothing is read. */
    private boolean holdsInput() {
        return paused || delivering || restsUntil != 0 && restsUntil - clock.getAsLong() > 0;
    }

    @Override
    public void resume() {
        synchronized (this) {
            resumes++;
            resumed = true;
            paused = false;
            if (postponed && !delivering) {
                restsUntil = 0;
            }
            heard();
        }
        clock.execute(this::drain);
    }

    @Override
    public boolean postpone(long nanos) {
        synchronized (this) {
            postponements++;
            postponed = delivering && keeps;
        }
        if (keeps) {
            rest(nanos);
        }
        return keeps;
    }

    @Override
    public void rest(long nanos) {
        long least = Math.min(nanos, LONGEST_REST);
        synchronized (this) {
            restsUntil = clock.getAsLong() + least;
        }
        clock.after(least, this::drain);
    }

    // ---- the end

    @Override
    public void close(int code, String why) {
        close(code, why, null, false);
    }

    @Override
    public synchronized void close(int code, String why, byte[] last, boolean text) {
        if (!open) {
            return;
        }
        open = false;
        closedWith = code;
        reason = cut(why);
        if (last != null) {
            enqueue(new Message(last, text));
        }
        inbox.clear();
        paused = false;
        restsUntil = 0;
    }

    /** A reason as a close frame takes it: at most 123 bytes of UTF-8, cut between characters. */
    public static String cut(String why) {
        int end = why.length();
        while (why.substring(0, end).getBytes(StandardCharsets.UTF_8).length > MAX_REASON) {
            end = why.offsetByCodePoints(end, -1);
        }
        return why.substring(0, end);
    }

    @Override
    public synchronized void abort() {
        open = false;
        aborted = true;
    }

    @Override
    public synchronized boolean closedByPeer() {
        return closedByPeer;
    }

    @Override
    public synchronized long receivedAt() {
        return waits() ? clock.getAsLong() : receivedAt;
    }

    @Override
    public synchronized long sentAt() {
        return sentAt;
    }

    @Override
    public synchronized long stuckSince() {
        return stuckSince;
    }

    @Override
    public synchronized long roundTrip() {
        return roundTrip;
    }

    @Override
    public synchronized long bytesSent() {
        return bytesSent;
    }

    @Override
    public String toString() {
        return "link " + id;
    }
}
