package org.geometryos.compositor.api.value;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;

/** An {@link Answer} that somebody gives once. Any thread. */
public final class Later<T> implements Answer<T> {
    // guarded by this
    /** Who is to be told yet; null when all were told. */
    private Queue<Consumer<? super T>> waiting = new ArrayDeque<>();

    private T value;

    /** One that is known. */
    public static <T> Later<T> of(T value) {
        Later<T> known = new Later<>();
        known.tell(value);
        return known;
    }

    /**
     * Gives the answer, and tells those who wait, outside the lock. One that fails does not keep it from the others.
     *
     * @throws IllegalStateException if it was given already
     */
    public void tell(T answer) {
        synchronized (this) {
            if (value != null) {
                throw new IllegalStateException("it was answered already: " + value);
            }
            value = Objects.requireNonNull(answer);
        }
        RuntimeException failure = null;
        for (Consumer<? super T> next; (next = next()) != null; ) {
            try {
                next.accept(answer);
            } catch (RuntimeException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private synchronized Consumer<? super T> next() {
        Consumer<? super T> next = waiting.poll();
        if (next == null) {
            waiting = null;
        }
        return next;
    }

    @Override
    public void then(Consumer<? super T> told) {
        synchronized (this) {
            // also while those before it are being told, so that the order stays
            if (waiting != null) {
                waiting.add(told);
                return;
            }
        }
        told.accept(value);
    }

    @Override
    public synchronized T now(T unknown) {
        return value == null ? unknown : value;
    }
}
