package org.geometryos.compositor.itest;

import java.util.concurrent.TimeUnit;

/**
 * For how long the machine stood still: a thread that wants to run every 10 ms adds up by how much it was late, where
 * that is more than 200 ms. What has to happen within a time is judged without it. To be started in another process
 * than what is judged.
 */
public final class Stalls implements AutoCloseable {
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LEAST = TimeUnit.MILLISECONDS.toNanos(200);

    private final Thread thread = new Thread(this::run, "itest-stalls");
    // guarded by this
    private long due = System.nanoTime() + EVERY;
    private long total;

    public Stalls() {
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            for (; ; ) {
                TimeUnit.NANOSECONDS.sleep(EVERY);
                synchronized (this) {
                    total += late();
                    due = System.nanoTime() + EVERY;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long late() {
        long late = System.nanoTime() - due;
        return late > LEAST ? late : 0;
    }

    /** Milliseconds since the start, with a stall that is just over. */
    public synchronized long millis() {
        return TimeUnit.NANOSECONDS.toMillis(total + late());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
