package org.geometryos.compositor.client;

import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Of the last {@value #WINDOW} measurements the one with the shortest round trip, as it was disturbed the least. One
 * thread.
 */
final class ClockFilter {
    private static final int WINDOW = 16;

    private final ArrayDeque<ClockEstimate> samples = new ArrayDeque<>(WINDOW);

    /**
     * All microseconds.
     *
     * @param t0 sent, our clock
     * @param t1 received, the server's clock
     * @param t2 sent back, the server's clock
     * @param t3 received back, our clock
     */
    Optional<ClockEstimate> add(long t0, long t1, long t2, long t3) {
        long roundTrip = (t3 - t0) - (t2 - t1);
        if (t3 >= t0 && t2 >= t1 && roundTrip >= 0) {
            if (samples.size() == WINDOW) {
                samples.removeFirst();
            }
            samples.addLast(new ClockEstimate(((t1 - t0) + (t2 - t3)) / 2, roundTrip, 1));
        }
        return samples.stream()
                .min((a, b) -> Long.compare(a.roundTrip(), b.roundTrip()))
                .map(best -> new ClockEstimate(best.offset(), best.roundTrip(), samples.size()));
    }

    /** Forgets all: another server may answer now. */
    void clear() {
        samples.clear();
    }
}
