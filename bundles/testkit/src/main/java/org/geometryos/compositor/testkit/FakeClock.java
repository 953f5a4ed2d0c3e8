package org.geometryos.compositor.testkit;

import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A time that passes when it is told to, and what is to be done in it: a {@link System#nanoTime()}, an executor and a
 * scheduler for parts that get theirs from outside. Tasks run on the thread that lets time pass, in the order of their
 * times and, of the same time, as they came; so a run can be repeated. Any thread.
 */
public final class FakeClock implements LongSupplier, Executor {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private long now;
    private long numbers;

    private record Task(long at, long number, Runnable run) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return at == other.at ? Long.compare(number, other.number) : Long.signum(at - other.at);
        }
    }

    /** Begins below zero and far from it, as {@link System#nanoTime()} may. */
    public FakeClock() {
        this(-TimeUnit.DAYS.toNanos(3));
    }

    public FakeClock(long nanos) {
        now = nanos;
    }

    @Override
    public synchronized long getAsLong() {
        return now;
    }

    /** Runs a task at the present time, as soon as somebody lets time pass or calls {@link #settle()}. */
    @Override
    public void execute(Runnable task) {
        after(0, task);
    }

    /** Runs a task when so many nanoseconds have passed. */
    public synchronized void after(long nanos, Runnable task) {
        tasks.add(new Task(now + nanos, numbers++, task));
    }

    /** Runs what is due now, and what comes of it. */
    public void settle() {
        pass(0);
    }

    public void passMillis(long millis) {
        pass(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    public void pass(long nanos) {
        long end = getAsLong() + nanos;
        for (Task next; (next = next(end)) != null; ) {
            next.run().run();
        }
    }

    /** The next task up to a time, which begins; null if there is none: then it is that time. */
    private synchronized Task next(long end) {
        Task next = tasks.peek();
        if (next == null || next.at() - end > 0) {
            now = end - now > 0 ? end : now;
            return null;
        }
        now = next.at() - now > 0 ? next.at() : now;
        return tasks.poll();
    }

    /** Whether anything is to be done at any time. */
    public synchronized boolean idle() {
        return tasks.isEmpty();
    }
}
