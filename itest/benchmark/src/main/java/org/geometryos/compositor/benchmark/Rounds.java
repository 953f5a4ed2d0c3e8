package org.geometryos.compositor.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Those that take turns, evenly, each once in a period. One thread. */
final class Rounds<T> {
    private final List<T> all = new ArrayList<>();
    private long period;
    private long next;
    private int at;

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** The period from now on. @param nanos above 0 @param now nanoseconds */
    void every(long nanos, long now) {
        if (nanos <= 0) {
            throw new IllegalArgumentException("a period of " + nanos + " ns");
        }
        if (period != nanos) {
            period = nanos;
            next = now;
        }
    }

    void add(T one) {
        all.add(one);
    }

    /** Those whose turn has come; turns that were missed by more than a period are left out. @param now nanoseconds */
    void turn(long now, Consumer<T> take) {
        if (all.isEmpty()) {
            return;
        }
        long step = Math.max(1, period / all.size());
        if (now - next > period) {
            next = now - period;
        }
        for (; now - next >= 0; next += step) {
            at = (at + 1) % all.size();
            take.accept(all.get(at));
        }
    }
}
