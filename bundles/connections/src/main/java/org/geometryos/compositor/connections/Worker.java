package org.geometryos.compositor.connections;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.geometryos.compositor.api.connection.ConnectionListener;
import org.geometryos.compositor.health.GuardedLoop;
import org.geometryos.compositor.health.PlugIns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection manager's thread for what may wait: it tells the listeners, in order, and saves once a second. */
final class Worker implements Sessions.Events {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    static final int MAX_EVENTS = 10_000;
    private static final long SAVE = TimeUnit.SECONDS.toNanos(1);
    private static final long STOP_MILLIS = 2_000;

    private final PlugIns<ConnectionListener> listeners = new PlugIns<>("a listener of connections");
    private final Runnable save;
    private final GuardedLoop loop = GuardedLoop.withLastTurn("compositor-connections-worker", this::turn);
    // guarded by this
    private final ArrayDeque<Runnable> events = new ArrayDeque<>();
    private long missed;
    private boolean stopped;
    /** When to save, of the loop alone. */
    private long saveAt = System.nanoTime() + SAVE;

    /** @param save called once a second and at the end, on this thread */
    Worker(Runnable save) {
        this.save = save;
        loop.start();
    }

    void add(ConnectionListener listener) {
        listeners.add(listener);
    }

    void remove(ConnectionListener listener) {
        listeners.remove(listener);
    }

    @Override
    public boolean heard() {
        return !listeners.isEmpty();
    }

    /** Any thread; never waits. */
    @Override
    public void tell(Consumer<ConnectionListener> event) {
        synchronized (this) {
            if (events.size() >= MAX_EVENTS) {
                events.poll();
                missed++;
            }
            events.add(() -> listeners.tell(event));
            notifyAll();
        }
    }

    /** An event, if there is one; at the end all of them. And what is to be saved. */
    private long turn() throws InterruptedException {
        boolean end;
        do {
            Runnable event;
            long lost;
            synchronized (this) {
                for (long left; events.isEmpty() && !stopped && (left = saveAt - System.nanoTime()) > 0; ) {
                    loop.waits(left);
                    TimeUnit.NANOSECONDS.timedWait(this, left);
                    loop.waited();
                }
                event = events.poll();
                lost = missed;
                missed = 0;
                end = stopped && events.isEmpty();
            }
            if (lost > 0) {
                LOG.warn("the listeners are too slow: {} events were dropped", lost);
            }
            if (event != null) {
                event.run();
            }
        } while (loop.stopped() && !end);
        if (end || saveAt - System.nanoTime() <= 0) {
            saveAt = System.nanoTime() + SAVE;
            save.run();
        }
        return 0;
    }

    /** Tells what is left, saves, and ends the thread; within two seconds, or it is interrupted. */
    void stop() {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        if (!loop.stop(STOP_MILLIS)) {
            LOG.warn("a listener does not return; its events are dropped");
            synchronized (this) {
                events.clear();
            }
            loop.thread().interrupt();
            loop.stop(STOP_MILLIS);
        }
    }
}
