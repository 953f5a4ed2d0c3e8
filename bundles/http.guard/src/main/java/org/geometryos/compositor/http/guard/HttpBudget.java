package org.geometryos.compositor.http.guard;

import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * How many connections may be there that are no WebSocket: as many as configured, and at most a quarter of the
 * descriptors that sockets may have, so that the others stay for displays. Some are kept for files, and for telling a
 * display that there is no room. {@link #look} is called by the clock of {@link HeaderWatch} alone, all else by any
 * thread.
 */
final class HttpBudget {
    /** Kept for files and for answers. */
    static final int KEPT = 32;
    /** Connections that may be there however few descriptors there are. */
    private static final int FEWEST = 8;
    /** Of the descriptors for sockets this part is for what is no WebSocket. */
    private static final int PART = 4;
    /** Counting so many takes milliseconds. */
    private static final int MANY = 4_000;

    private static final long OFTEN = TimeUnit.MILLISECONDS.toNanos(400);
    private static final long SELDOM = TimeUnit.SECONDS.toNanos(5);

    private final Supplier<Settings> settings;
    private final Supplier<Descriptors> descriptors;
    private final IntSupplier http;
    private final IntSupplier links;
    /** Descriptors that sockets of ours may have together. */
    private volatile long sockets = Long.MAX_VALUE;

    private volatile Descriptors seen = new Descriptors(0, Long.MAX_VALUE);
    private boolean looked;
    private long lookedAt;

    /**
     * @param http connections that are no WebSocket
     * @param links those that are one
     */
    HttpBudget(Supplier<Settings> settings, Supplier<Descriptors> descriptors, IntSupplier http, IntSupplier links) {
        this.settings = settings;
        this.descriptors = descriptors;
        this.http = http;
        this.links = links;
    }

    /** Counts the descriptors, now and then. */
    void look(long now) {
        if (looked && now - lookedAt < (seen.open() > MANY ? SELDOM : OFTEN)) {
            return;
        }
        looked = true;
        lookedAt = now;
        Descriptors counted = descriptors.get();
        seen = counted;
        sockets = counted.most() == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : Math.max(0, counted.most() - KEPT - Math.max(0, counted.open() - http.getAsInt() - links.getAsInt()));
    }

    /** How many connections may be there that are no WebSocket. */
    int limit() {
        long free = sockets == Long.MAX_VALUE ? Long.MAX_VALUE : sockets - links.getAsInt();
        return (int) Math.min(settings.get().httpConnections(), Math.max(FEWEST, Math.min(free, sockets / PART)));
    }

    /** Whether a descriptor is left for one more display. */
    boolean roomForDisplay() {
        return sockets == Long.MAX_VALUE || links.getAsInt() < sockets;
    }

    Descriptors seen() {
        return seen;
    }
}
