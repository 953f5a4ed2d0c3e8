package org.geometryos.compositor.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Those that are looked at one after the other, round and round: each {@value #NANOS} ns at most, and many of them less
 * often, so that the effort stays the same. One thread.
 */
final class Sweep<T> {
    /** From one time to the next of the same one. */
    static final long NANOS = 20_000_000;

    /** From one to the next, at least. */
    static final long NANOS_EACH = 20_000;

    /** At once, at most. */
    static final int SLICE = 16;

    private final List<T> all = new ArrayList<>();
    private int at;
    private long until;

    boolean isEmpty() {
        return all.isEmpty();
    }

    void add(T one) {
        all.add(one);
    }

    /**
     * Looks at those that are due, at most a slice of them.
     *
     * @param now nanoseconds
     * @return whether more are due
     */
    boolean turn(long now, Consumer<T> look) {
        if (all.isEmpty()) {
            return false;
        }
        long step = Math.max(NANOS / all.size(), NANOS_EACH);
        // a sweep that fell behind is not made up for: the next one finds what has come
        until = Math.max(until, now - step * all.size());
        long due = (now - until) / step;
        int looks = (int) Math.min(due, SLICE);
        for (int i = 0; i < looks; i++) {
            at = (at + 1) % all.size();
            look.accept(all.get(at));
        }
        until += looks * step;
        return due > looks;
    }
}
