package org.geometryos.compositor.simulation;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The time of a simulation, and what happens in it: one thread does one thing after the other, in the order of their
 * times and, at the same time, as they were planned. Nothing waits.
 */
final class Timeline implements LongSupplier {
    /** Below zero and far from it, as {@link System#nanoTime()} may be. */
    static final long START = -3L * 24 * 3600 * 1_000_000_000L;

    private static final long EPOCH_MICROS = 1_700_000_000_000_000L;

    private long now = START;
    private long planned;
    private int size;
    private long[] times = new long[256];
    private long[] numbers = new long[256];
    private Runnable[] tasks = new Runnable[256];

    @Override
    public long getAsLong() {
        return now;
    }

    /** The time of day, microseconds since the Unix epoch. */
    long micros() {
        return EPOCH_MICROS + passed() / 1000;
    }

    /** Nanoseconds since the beginning. */
    long passed() {
        return now - START;
    }

    /** Plans something. @param nanos from now, 0 or more */
    void after(long nanos, Runnable task) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            tasks = Arrays.copyOf(tasks, 2 * size);
        }
        long at = now + nanos;
        long number = planned++;
        int i = size++;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!before(at, number, parent)) {
                break;
            }
            move(parent, i);
            i = parent;
        }
        put(i, at, number, task);
    }

    private boolean before(long at, long number, int other) {
        return at < times[other] || at == times[other] && number < numbers[other];
    }

    private void move(int from, int to) {
        put(to, times[from], numbers[from], tasks[from]);
    }

    private void put(int i, long at, long number, Runnable task) {
        times[i] = at;
        numbers[i] = number;
        tasks[i] = task;
    }

    /** Lets time pass until then. */
    void runUntil(long end) {
        while (size > 0 && times[0] <= end) {
            now = times[0];
            take().run();
        }
        now = end;
    }

    private Runnable take() {
        Runnable first = tasks[0];
        int last = --size;
        long at = times[last];
        long number = numbers[last];
        Runnable task = tasks[last];
        tasks[last] = null;
        if (last > 0) {
            int i = 0;
            for (int child; (child = 2 * i + 1) < last; i = child) {
                if (child + 1 < last && before(times[child + 1], numbers[child + 1], child)) {
                    child++;
                }
                if (before(at, number, child)) {
                    break;
                }
                move(child, i);
            }
            put(i, at, number, task);
        }
        return first;
    }
}
