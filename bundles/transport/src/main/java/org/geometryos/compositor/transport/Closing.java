package org.geometryos.compositor.transport;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * How long the close of a link may take, and what the peer has done about it. Times are {@link System#nanoTime()}. Any
 * thread.
 */
final class Closing {
    /** Ours until the peer's, or the peer's reading while we linger. */
    static final long LIMIT = TimeUnit.SECONDS.toNanos(10);
    /** The same for a link that has to go because of what it holds. */
    static final long EVICTION_LIMIT = TimeUnit.SECONDS.toNanos(1);

    private static final int MAX_REASON = 123;

    /** 0: nothing has begun. */
    private volatile long deadline;

    private volatile long limit = LIMIT;
    private volatile boolean begunByPeer;
    private volatile boolean peerClosed;

    /** A close, or a further step of it, begins, and may take its time from now on. */
    void begins(long now) {
        deadline = Since.of(now + limit);
    }

    /** From now on each step may take one second only. */
    void hurries() {
        limit = EVICTION_LIMIT;
    }

    /** Whether what had begun has taken too long. */
    boolean over(long now) {
        long until = deadline;
        return until != 0 && now - until > 0;
    }

    /** The peer's close frame has come. */
    void peerCloses() {
        peerClosed = true;
    }

    /** Whether the peer's close frame has come. */
    boolean peerClosed() {
        return peerClosed;
    }

    /** The peer's close frame came before there was one of ours. */
    void isThePeers() {
        begunByPeer = true;
    }

    /** Whether the peer's close frame came before there was one of ours. */
    boolean begunByPeer() {
        return begunByPeer;
    }

    /** A reason as a close frame can hold it; null stays null. */
    static String cut(String reason) {
        if (reason == null || reason.getBytes(StandardCharsets.UTF_8).length <= MAX_REASON) {
            return reason;
        }
        String shorter = reason.substring(0, Math.min(reason.length(), MAX_REASON));
        while (shorter.getBytes(StandardCharsets.UTF_8).length > MAX_REASON
                || !StandardCharsets.UTF_8.newEncoder().canEncode(shorter)) {
            shorter = shorter.substring(0, shorter.length() - 1);
        }
        return shorter;
    }
}
