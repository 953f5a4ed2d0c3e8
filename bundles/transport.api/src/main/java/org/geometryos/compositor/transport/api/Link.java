package org.geometryos.compositor.transport.api;

import java.util.concurrent.ConcurrentMap;
import org.osgi.annotation.versioning.ProviderType;

/** One WebSocket connection, with attributes that outlive whoever handles it. Any thread, unless said otherwise. */
@ProviderType
public interface Link {

    /** What came of a {@link #send}. */
    enum Sent {
        /** Taken as a whole. */
        TAKEN,
        /**
         * Nothing taken: the socket takes no more for now, or what was sent before has not arrived yet.
         * {@link LinkListener#ready} follows.
         */
        BUSY,
        /** Nothing taken: somebody else {@link #acquire}d the stream. */
        NOT_OWNER,
        /** Nothing taken: the link is closed or closing. */
        CLOSED
    }

    /** Unique within this run of the host, ascending. */
    long id();

    /** How it came about. */
    Handshake handshake();

    /** Values of the JDK alone. */
    ConcurrentMap<String, Object> attributes();

    /** Whether messages can still be sent. */
    boolean open();

    // the ordered stream: one owner at a time

    /** Raises the owner number and hands it out; from then on older owners' {@link #send}s are refused. */
    long acquire();

    /**
     * Takes all of a batch or nothing, at once, and moves position and account in the same step. What the kernel does
     * not take is kept and finished by the transport. Never blocks. One thread of the owner at a time.
     *
     * @param cursor the new {@link #cursor()}
     * @param delivered the new {@link #delivered()}
     * @param due the new {@link #due()}
     */
    Sent send(long owner, Batch batch, long cursor, long delivered, long due);

    /**
     * Whether a batch of so many bytes might be taken at the moment, so that the caller need not make it in vain. If
     * not, {@link LinkListener#ready} follows, or it is worth trying again a moment later.
     */
    default boolean takes(int bytes) {
        return true;
    }

    /**
     * Tells that a {@link #send} follows soon, so that what it needs is fetched into the processor's cache meanwhile.
     * For whoever sends to very many links in turn; changes nothing.
     */
    default void prefetch() {
        // nothing to fetch
    }

    /** The position in the sequence up to which the peer has been served, as the last taken {@link #send} left it. */
    long cursor();

    /** Entries sent up to the cursor, as the last taken {@link #send} left it. */
    long delivered();

    /** Entries that were meant for the peer up to the cursor, as the last taken {@link #send} left it. */
    long due();

    /** Sets position and account without sending; for whoever begins a stream. */
    void begin(long cursor, long delivered, long due);

    // beside the stream

    /**
     * Sends one message as soon as the socket can take it, ahead of what comes in the stream. While such messages wait,
     * no further message of the peer is handed out, so that their number stays small.
     *
     * @return false if the link is closed, or more than 64 messages or 1 MiB wait
     */
    boolean reply(byte[] payload, boolean text);

    /**
     * Sends one message beside the stream if the stream stands at a position, and the socket takes it at once. So what
     * it says of the stream is true where it arrives, whoever sends at the same time.
     *
     * @param cursor where the stream has to stand; read before {@link #delivered()} and {@link #due()}, these belong to
     *     it
     * @return false if the link is closed, the socket or a message beside the stream still has to be written, or the
     *     stream stands elsewhere: then nothing is sent. A receipt that is missing keeps nothing back
     */
    boolean replyAt(long cursor, byte[] payload, boolean text);

    /** Sends a WebSocket ping beside the stream. */
    void ping();

    /** Tells all listeners that an attribute of this link has changed ({@link LinkListener#changed}). */
    void signal();

    /**
     * Lets inbound messages flow again after {@link LinkHandler#message} returned false, or after it had to
     * {@link #postpone} one.
     */
    void resume();

    /**
     * For the handler alone, while a message is handed to it: it cannot take it now. The link keeps the message and
     * hands it over again, to whoever is the handler then, after {@link #resume()} or when the time is over. Meanwhile
     * nothing more is read of the peer, and what the call returns does not count.
     *
     * @param nanos for how long at most, at most one second; it is ended to a tenth of a second
     * @return false if the link cannot keep it: then it has to be taken now
     */
    default boolean postpone(long nanos) {
        return false;
    }

    /**
     * Reads nothing of the peer for a while, and hands out no further message.
     *
     * @param nanos for how long, at most one second; it is ended to a tenth of a second
     */
    default void rest(long nanos) {
        // goes on
    }

    /**
     * Sends what waits, then a close frame, waits for the peer's within a limit and ends the connection. The first call
     * counts.
     *
     * @param reason at most 123 bytes of UTF-8; longer ones are cut
     */
    void close(int code, String reason);

    /**
     * The same, with one message before the close frame; nothing else goes out between the two.
     *
     * @param last the message
     * @param text whether it is text (UTF-8) or binary
     */
    default void close(int code, String reason, byte[] last, boolean text) {
        reply(last, text);
        close(code, reason);
    }

    /** Drops the connection without a word. */
    void abort();

    /**
     * Has a tap see all messages from now on. A link has one at most. Whoever sets one takes it away ({@link #untap})
     * before its bundle stops.
     *
     * @return false if there is one already, or this transport has none
     */
    default boolean tap(LinkTap tap) {
        return false;
    }

    /** Takes a tap away, if it is this one; calls that have begun may still end. */
    default void untap(LinkTap tap) {
        // there is none
    }

    // facts

    /**
     * Whether the peer began to close: its close frame came before there was one of ours. False also for one that was
     * lost.
     */
    default boolean closedByPeer() {
        return false;
    }

    /**
     * When anything at all (a frame of any kind) last came in, {@link System#nanoTime()}. While nobody handles inbound,
     * it stays young.
     */
    long receivedAt();

    /** When anything was last handed to the socket, {@link System#nanoTime()}. */
    long sentAt();

    /** Since when a write waits for the peer to read, {@link System#nanoTime()}; 0 if none does. */
    long stuckSince();

    /** Round trip of the last ping in nanoseconds, 0 before the first. */
    long roundTrip();

    /** Bytes written, frames included. */
    long bytesSent();
}
