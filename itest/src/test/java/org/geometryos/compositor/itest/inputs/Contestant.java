package org.geometryos.compositor.itest.inputs;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.geometryos.compositor.itest.framework.Host;

/** One way into the bridge: while it is on it moves a camera, 60 times a second, to an x that no other has. */
abstract class Contestant implements AutoCloseable {
    private static final long PERIOD_NANOS = 1_000_000_000 / 60;
    /** As the bridge has to be configured: long enough for a test that does not get to run for a while. */
    static final int LEASE_MILLIS = 10_000;

    /** How much earlier the end of a lease may seem to come, as its clock and that of the views are read in turn. */
    private static final long INACCURACY_MICROS = 1_000_000;

    /** As displays see it. */
    final String name;

    final int x;
    final int priority;
    private final Object step = new Object();
    // guarded by step
    private boolean on;

    private volatile boolean stopped;
    private Thread thread;

    Contestant(String name, int x, int priority) {
        this.name = name;
        this.x = x;
        this.priority = priority;
    }

    /** Sends a view. */
    abstract void move() throws IOException;

    /** Ends, and lets the camera go in the way that this kind of input has. */
    abstract void leave() throws Exception;

    /** How many of its views it knows to be refused because somebody else holds the camera. */
    abstract long refused() throws Exception;

    /** How many of its views went into the sequence, as it knows. */
    abstract long accepted() throws Exception;

    /** Whether it knows that its newest view was refused, where it has a way to see that at any time. */
    boolean knowsThatItIsHeld() throws Exception {
        return true;
    }

    /** Microseconds without a view after which it may lose the camera to anybody. */
    long silence() {
        return LEASE_MILLIS * 1_000L - INACCURACY_MICROS;
    }

    void on() throws Exception {
        synchronized (step) {
            on = true;
        }
        if (thread == null) {
            thread = new Thread(this::run, "itest-" + name);
            thread.start();
        }
    }

    /** Nothing is sent any more when this returns; what is on its way may still arrive. */
    void off() throws Exception {
        synchronized (step) {
            on = false;
        }
    }

    boolean isOn() {
        synchronized (step) {
            return on;
        }
    }

    private void run() {
        long due = System.nanoTime();
        while (!stopped) {
            synchronized (step) {
                if (on) {
                    try {
                        move();
                    } catch (IOException e) {
                        // what it waits for never comes, and the test fails there
                        return;
                    }
                }
            }
            due = Math.max(due + PERIOD_NANOS, System.nanoTime() - 100_000_000);
            for (long wait; !stopped && (wait = due - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    /** Waits until all that was sent is accounted for in the sequence. */
    void awaitAccount(Sequence sequence) throws Exception {
        Host.await(
                60,
                "as many views of " + name + " in the sequence as were accepted",
                () -> accepted() == sequence.views(name));
    }

    @Override
    public void close() throws Exception {
        off();
        stopped = true;
        if (thread != null) {
            thread.join(10_000);
        }
    }
}
