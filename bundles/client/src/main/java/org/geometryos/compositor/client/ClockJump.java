package org.geometryos.compositor.client;

import java.util.function.LongSupplier;

/**
 * Notices when the wall clock jumps against the steady one, as it does when somebody sets it, or while the machine
 * sleeps where the steady clock stands still then. One thread.
 */
final class ClockJump {
    /** More than this in microseconds is no steering of the clock. */
    private static final long JUMP = 250_000;

    private final LongSupplier wall;
    private final LongSupplier steady;
    private long ahead;

    /**
     * @param wall microseconds since the Unix epoch
     * @param steady nanoseconds from anywhere
     */
    ClockJump(LongSupplier wall, LongSupplier steady) {
        this.wall = wall;
        this.steady = steady;
        this.ahead = ahead();
    }

    /** Whether it has jumped since the last call. */
    boolean jumped() {
        long now = ahead();
        boolean jumped = Math.abs(now - ahead) > JUMP;
        ahead = now;
        return jumped;
    }

    private long ahead() {
        return wall.getAsLong() - steady.getAsLong() / 1_000;
    }
}
