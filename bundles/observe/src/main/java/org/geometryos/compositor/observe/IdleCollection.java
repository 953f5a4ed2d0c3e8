package org.geometryos.compositor.observe;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.transport.api.Link;
import org.geometryos.compositor.transport.api.LinkListener;
import org.geometryos.compositor.transport.api.Transport;

/**
 * Has the garbage of the start, and that of many connections, collected once they are over and nothing is shown: the
 * collector itself leaves most of it for as long as nothing needs memory, and the process keeps several times what it
 * needs. A whole collection makes everything wait for up to a tenth of a second, so it never comes while displays get
 * updates.
 *
 * <p>The transport tells it of connections on any thread; {@link #look} is called by one thread, every few seconds.
 */
final class IdleCollection implements LinkListener {
    /** Connections that came or went since the last collection, for another one. */
    static final int MANY = 500;
    /** How long nothing may have happened, nanoseconds. */
    static final long QUIET = TimeUnit.SECONDS.toNanos(10);
    /** Bytes per second and display that are no update: a heartbeat every ten seconds takes fewer. */
    static final int BEATS = 50;
    /** Connections between two looks that are nothing: a check, a command. */
    private static final int FEW = 10;

    private final Supplier<Transport> transport;
    private final LongSupplier nanos;
    private final Runnable collection;
    private final LongAdder moved = new LongAdder();
    // of whoever looks
    /** The start leaves as much as many connections do. */
    private long movedAtCollection = -MANY;

    private long movedAtLook;
    private long bytesAtLook;
    private long lookedAt;
    private long quietSince;

    /**
     * @param transport null while there is none
     * @param collection a whole collection
     */
    IdleCollection(Supplier<Transport> transport, LongSupplier nanos, Runnable collection) {
        this.transport = transport;
        this.nanos = nanos;
        this.collection = collection;
        lookedAt = nanos.getAsLong();
        quietSince = lookedAt;
    }

    @Override
    public void opened(Link link) {
        moved.increment();
    }

    @Override
    public void closed(Link link, int code, String reason) {
        moved.increment();
    }

    void look() {
        Transport open = transport.get();
        long now = nanos.getAsLong();
        long count = moved.sum();
        long bytes = open == null ? bytesAtLook : open.bytesSent();
        long displays = open == null ? 0 : open.size();
        double seconds = (now - lookedAt) / 1e9;
        boolean quiet = count - movedAtLook <= FEW && bytes - bytesAtLook <= (displays + FEW) * BEATS * seconds;
        if (!quiet) {
            quietSince = now;
        }
        lookedAt = now;
        bytesAtLook = bytes;
        movedAtLook = count;
        if (count - movedAtCollection >= MANY && now - quietSince >= QUIET) {
            movedAtCollection = count;
            collection.run();
        }
    }
}
