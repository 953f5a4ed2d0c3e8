package org.geometryos.compositor.health;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that does a piece of work again and again until it is stopped, and that nothing the work throws can end:
 * what is thrown, errors included, is logged, and the next turn comes. The thread is a part of the host with a health
 * of its own, under its name without {@code compositor-}: down while every turn fails and while it does not come back
 * from a wait, a warning after a failed turn and during one that takes very long.
 *
 * <p>Running out of heap ends the process where Java is told so ({@code -XX:+ExitOnOutOfMemoryError}, as the launcher
 * does); elsewhere it is handled like all else.
 */
public final class GuardedLoop {
    /** Wait for {@link #wake} alone. */
    public static final long UNTIL_WOKEN = Long.MAX_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(GuardedLoop.class);
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(60);
    /** After this time a wait begins anew, so that it is known that the thread can be woken. */
    static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(2);
    /** How late it may come back from a wait. */
    static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final String PREFIX = "compositor-";

    private final Turn turn;
    private final Thread thread;
    private final Failures failures;
    private final boolean last;
    private final Waiting waiting;
    private volatile ServiceRegistration<?> health;
    private volatile boolean stopped;
    private volatile boolean woken;
    /** When the wait ends at the latest that is under way, nanoseconds; 0: none is. */
    private volatile long back;
    /** When the turn began that is under way, nanoseconds; 0: none is. */
    private volatile long began;
    // guarded by this: the turn that takes very long, and when it began in words
    private long longBegan;
    private String longAt = "";
    // guarded by this: the wait that does not end, and when it should have in words
    private long lateBack;
    private String lateAt = "";

    /** The work. */
    @FunctionalInterface
    public interface Turn {
        /**
         * Does what is to be done now. Always on the loop's thread. An interrupt is forgotten behind it.
         *
         * @return how long to wait at most for the next turn, nanoseconds; 0 or less: not at all
         */
        long run() throws Exception;
    }

    /** How the thread waits, and the clock. */
    interface Waiting {
        Waiting REAL = new Waiting() {
            @Override
            public void park(Object blocker, long nanos) {
                LockSupport.parkNanos(blocker, nanos);
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }
        };

        void park(Object blocker, long nanos);

        long nanos();
    }

    GuardedLoop(String name, Turn turn, boolean last, Waiting waiting) {
        this.turn = turn;
        this.last = last;
        this.waiting = waiting;
        this.failures = new Failures(name);
        this.thread = new Thread(this::loop, name);
        thread.setDaemon(true);
    }

    /** @param name of the thread */
    public static GuardedLoop of(String name, Turn turn) {
        return new GuardedLoop(name, turn, false, Waiting.REAL);
    }

    /**
     * One with a last turn behind {@link #stop}.
     *
     * @param name of the thread
     */
    public static GuardedLoop withLastTurn(String name, Turn turn) {
        return new GuardedLoop(name, turn, true, Waiting.REAL);
    }

    /**
     * Starts the thread and reports its health as long as it is not stopped, if this class lies in a bundle that runs.
     */
    public GuardedLoop start() {
        thread.start();
        Bundle bundle = FrameworkUtil.getBundle(GuardedLoop.class);
        BundleContext context = bundle == null ? null : bundle.getBundleContext();
        if (context != null) {
            String name = thread.getName();
            health = Health.register(
                    context, name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name, this::health);
        }
        return this;
    }

    private void loop() {
        while (!stopped) {
            long wait = once();
            // the work may have left it set, and nothing would be waited for any more
            Thread.interrupted();
            await(wait);
            woken = false;
        }
        if (last) {
            once();
        }
    }

    /** Until it is woken, interrupted or asked to stop, or the time is over. */
    private void await(long wait) {
        long begun = waiting.nanos();
        long left = wait;
        while (left > 0 && !woken && !stopped) {
            long part = Math.min(left, LONGEST_WAIT);
            waits(part);
            waiting.park(this, part);
            waited();
            if (Thread.interrupted()) {
                return;
            }
            left = wait - (waiting.nanos() - begun);
        }
    }

    /**
     * Its turn waits from now on: its health is down if {@link #waited} does not come in time. Of the loop's thread.
     *
     * @param nanos how long at most
     */
    public void waits(long nanos) {
        back = nonZero(waiting.nanos() + nanos);
    }

    /** The wait that {@link #waits} told is over. Of the loop's thread. */
    public void waited() {
        back = 0;
    }

    private static long nonZero(long nanos) {
        return nanos == 0 ? 1 : nanos;
    }

    private long once() {
        began = nonZero(waiting.nanos());
        try {
            long wait = turn.run();
            failures.worked();
            return wait;
        } catch (Throwable e) {
            // what is interrupted at the end may say so
            return stopped && !last ? 0 : failures.failed(e);
        } finally {
            back = 0;
            began = 0;
        }
    }

    /** Ends the wait for the next turn. Any thread. */
    public void wake() {
        woken = true;
        LockSupport.unpark(thread);
    }

    /** Whether it has been asked to stop. */
    public boolean stopped() {
        return stopped;
    }

    /** The thread, for locks and stacks; it is named and ended by this loop. */
    public Thread thread() {
        return thread;
    }

    /** Has it end behind the turn under way. Any thread; does not wait. */
    public void ask() {
        stopped = true;
        LockSupport.unpark(thread);
        ServiceRegistration<?> registered = health;
        health = null;
        if (registered != null) {
            try {
                registered.unregister();
            } catch (IllegalStateException e) {
                LOG.debug("{}: its bundle has stopped already", thread.getName(), e);
            }
        }
    }

    /**
     * {@link #ask}, and waits for the end; at once when called on the thread itself, or on one that is interrupted,
     * which stays so.
     *
     * @param millis how long at most
     * @return whether it has ended
     */
    public boolean stop(long millis) {
        ask();
        if (Thread.currentThread() != thread) {
            try {
                thread.join(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return !thread.isAlive();
    }

    private synchronized String late(long wanted, long now) {
        if (lateBack != wanted) {
            lateBack = wanted;
            lateAt = Failures.timeOfDay(now - wanted);
        }
        return lateAt;
    }

    /** How the thread is. Any thread. */
    public Health health() {
        List<Health.Problem> problems = new ArrayList<>(failures.problems());
        long since = began;
        long wanted = back;
        long now = waiting.nanos();
        long takes = since == 0 ? 0 : now - since;
        if (!thread.isAlive() && !stopped) {
            problems.add(new Health.Problem(
                    Health.Level.DOWN, "its thread has ended; replace its bundle, or start the host again"));
        } else if (wanted != 0 && now - wanted >= LATE_NANOS && !stopped) {
            problems.add(new Health.Problem(
                    Health.Level.DOWN,
                    "it has not come back from a wait that should have ended at " + late(wanted, now)));
        } else if (takes >= LONG_NANOS) {
            synchronized (this) {
                if (longBegan != since) {
                    longBegan = since;
                    longAt = Failures.timeOfDay(takes);
                }
                problems.add(
                        new Health.Problem(Health.Level.WARNING, "it has been at one piece of work since " + longAt));
            }
        }
        return new Health(thread.getName(), problems, List.of());
    }
}
