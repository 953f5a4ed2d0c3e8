package org.geometryos.compositor.client;

import java.util.OptionalLong;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.geometryos.compositor.protocol.CloseCode;

/**
 * When to connect again (protocol, "Writing a client"). After 1012, and after a {@code goodbye} that names a time: at
 * once or at that time, then every 150 ms for 3 s; otherwise, and then, after 0.5 s doubled to at most 30 s. Each wait
 * varies, so that many clients do not come at one instant. Confined to one thread.
 */
final class Backoff {
    static final double FIRST = 100;
    private static final double QUICK = 150;
    private static final long QUICK_NANOS = 3_000_000_000L;
    private static final double SLOW = 500;
    private static final double SLOWEST = 30_000;

    private final DoubleSupplier random;
    private final LongSupplier nanos;
    private boolean welcomed = true;
    /** Until when attempts come quickly, if {@link #quickly}. */
    private long quickUntil;

    private boolean quickly;
    private double slow = SLOW;

    /**
     * @param random 0 to 1
     * @param nanos a clock
     */
    Backoff(DoubleSupplier random, LongSupplier nanos) {
        this.random = random;
        this.nanos = nanos;
    }

    /** The server said {@code welcome}: the next loss begins anew. */
    void welcomed() {
        welcomed = true;
    }

    /**
     * A connection is lost, or an attempt failed.
     *
     * @param code of the close; 1006 if there was none
     * @param goodbye what the server said of coming back, milliseconds
     * @return milliseconds until the next attempt; empty: never
     */
    OptionalLong lost(int code, OptionalLong goodbye) {
        if (CloseCode.isFinal(code)) {
            return OptionalLong.empty();
        }
        long now = nanos.getAsLong();
        boolean anew = welcomed;
        if (anew) {
            welcomed = false;
            quickly = false;
            slow = SLOW;
        }
        if (goodbye.isPresent() || anew && code == CloseCode.RESTART.code()) {
            long wait = Math.max(0, Math.min(goodbye.orElse(0), 24 * 3_600_000L));
            if (anew) {
                quickly = true;
                quickUntil = now + wait * 1_000_000 + QUICK_NANOS;
            }
            return OptionalLong.of(wait + Math.round(FIRST * random.getAsDouble()));
        }
        if (quickly && now - quickUntil < 0) {
            return OptionalLong.of(vary(QUICK));
        }
        quickly = false;
        double wait = slow;
        slow = Math.min(SLOWEST, slow * 2);
        return OptionalLong.of(vary(wait));
    }

    /** Half to one and a half of it. */
    private long vary(double millis) {
        return Math.round(millis * (0.5 + random.getAsDouble()));
    }
}
