package org.geometryos.compositor.camera;

import java.util.Collection;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.geometryos.compositor.health.Failures;

/**
 * Asks all sources how they are, several times a second, on a thread of its own. A source that does not answer keeps
 * the thread that asked it; another one takes over and leaves that source out, so there is one thread, and one more for
 * each source that does not answer.
 */
final class HealthWatch {
    private static final String NAME = "compositor-camera-health";
    static final long ANSWER_NANOS = 1_000_000_000;
    private static final long TICK_NANOS = 100_000_000;
    private static final long LATE_NANOS = 5_000_000_000L;
    private static final long JOIN_MILLIS = 1_000;

    private final Collection<SourceSlot> sources;
    private final LongSupplier nanos;
    private final Failures failures = new Failures(NAME);
    private volatile Thread asking;
    /** When the source that is being asked was asked, nanoseconds. */
    private volatile long began;

    private volatile boolean waiting;
    /** Until when at most the thread rests, nanoseconds. */
    private volatile long restsUntil;

    private volatile boolean resting;
    private volatile boolean stopped;

    /**
     * @param sources as they come and go
     * @param nanos the clock, {@link System#nanoTime()}
     */
    HealthWatch(Collection<SourceSlot> sources, LongSupplier nanos) {
        this.sources = sources;
        this.nanos = nanos;
    }

    void start() {
        Thread next = new Thread(this::run, NAME);
        next.setDaemon(true);
        waiting = false;
        resting = false;
        asking = next;
        next.start();
    }

    private void run() {
        while (current()) {
            long wait = TICK_NANOS;
            try {
                for (SourceSlot slot : sources) {
                    began = nanos.getAsLong();
                    waiting = true;
                    slot.ask();
                    if (!current()) {
                        return;
                    }
                    waiting = false;
                }
                failures.worked();
            } catch (Throwable e) {
                waiting = false;
                wait = failures.failed(e);
            }
            restsUntil = nanos.getAsLong() + wait;
            resting = true;
            LockSupport.parkNanos(this, wait);
            resting = false;
            // a source's code may have left it set, and nothing would be waited for any more
            Thread.interrupted();
        }
    }

    private boolean current() {
        return !stopped && asking == Thread.currentThread();
    }

    /** Replaces the thread if a source keeps it, or if it does not come back from a rest. Called by the clock. */
    void check() {
        long now = nanos.getAsLong();
        if (!stopped && (waiting && now - began > ANSWER_NANOS || resting && now - restsUntil > LATE_NANOS)) {
            Thread kept = asking;
            start();
            kept.interrupt();
        }
    }

    void stop() throws InterruptedException {
        stopped = true;
        Thread last = asking;
        if (last == null) {
            return;
        }
        LockSupport.unpark(last);
        last.join(JOIN_MILLIS);
    }
}
