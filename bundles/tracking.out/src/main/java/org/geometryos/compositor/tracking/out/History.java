package org.geometryos.compositor.tracking.out;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.View3d;

/**
 * The newest views of one camera, to tell how it was at a moment between two of them. Clocks of sources differ from
 * ours, and views arrive unevenly: a view counts from the moment at which it would have come had it come as quickly as
 * the quickest of its neighbours. One thread.
 */
final class History {
    /** Views that are kept. */
    static final int KEPT = 64;
    /** Between two views that are further apart a camera stood still, microseconds. */
    static final long STILL_MICROS = 250_000;

    private final Deque<Known> known = new ArrayDeque<>();

    /** What it takes from its moment until it is here, of the quickest that is known, microseconds. */
    private long quickest;

    private record Known(Moment moment, long took, boolean cut) {}

    void clear() {
        known.clear();
    }

    /** A newer view; one that is not of three dimensions is nothing. */
    void add(CameraState state) {
        if (!(state.view() instanceof View3d view)) {
            clear();
            return;
        }
        if (!known.isEmpty() && known.getLast().moment.time() >= state.time()) {
            // another source with another clock
            clear();
        }
        if (known.size() >= KEPT) {
            known.removeFirst();
        }
        known.addLast(new Known(Moment.of(state, view), state.received() - state.time(), state.cut()));
        quickest = known.stream().mapToLong(Known::took).min().orElse(0);
    }

    /** The newest view as it came. */
    Optional<Moment> newest() {
        return known.isEmpty() ? Optional.empty() : Optional.of(known.getLast().moment);
    }

    /**
     * The camera as it was known to be at a moment. Before the first view it is that, behind the last it stays.
     *
     * @param micros since the Unix epoch, by our clock
     */
    Optional<Moment> at(long micros) {
        if (known.isEmpty()) {
            return Optional.empty();
        }
        long at = micros - quickest;
        Iterator<Known> back = known.descendingIterator();
        Known after = null;
        while (back.hasNext()) {
            Known one = back.next();
            if (one.moment.time() <= at) {
                return Optional.of(between(one, after, at));
            }
            after = one;
        }
        return Optional.of(known.getFirst().moment);
    }

    private static Moment between(Known before, Known after, long at) {
        return after == null || after.cut || after.moment.time() - before.moment.time() > STILL_MICROS
                ? before.moment
                : before.moment.towards(after.moment, at);
    }
}
