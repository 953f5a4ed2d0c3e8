package org.geometryos.compositor.benchmark;

import java.util.List;

/**
 * Sockets that a load generator opens together.
 *
 * @param probes of displays: how many, spread evenly and the last one included, are read at once and give the latency;
 *     the others are read in sweeps
 * @param greetings sent right after the handshake; {@code #} stands for the number of the socket, from 0
 * @param answers text messages after which it counts as ready
 * @param handshakes how many are under way at a time, at most; the backlog of Java's server sockets is 50
 */
record Batch(Kind kind, int count, int probes, String path, List<String> greetings, int answers, int handshakes) {
    /** Below Java's default backlog: no handshake has to be repeated. */
    static final int HANDSHAKES = 40;

    enum Kind {
        /** Reads and counts what comes, answers pings. */
        DISPLAY,
        /** Like a display until it is ready, and from then on reads nothing. */
        SLOW,
        /** Drives a camera. */
        SOURCE
    }

    String greeting(int at, int number) {
        return greetings.get(at).replace("#", Integer.toString(number));
    }

    /** Whether a display of this batch is a probe. @param at its place in the batch, from 0 */
    boolean probe(int at) {
        return (at + 1L) * probes / count > (long) at * probes / count;
    }
}
