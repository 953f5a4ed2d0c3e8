package org.geometryos.compositor.benchmark;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sockets that a load generator opens together.
 *
 * @param probes of displays: how many, spread evenly and the last one included, are read at once and give the latency;
 *     the others are read in sweeps
 * @param greetings sent right after the handshake; {@code #} stands for the number of the socket, from 0, and
 *     {@code #/20} for the twentieth part of it
 * @param answers text messages after which it counts as ready
 * @param handshakes how many are under way at a time, at most; the backlog of Java's server sockets is 50
 * @param repeated of displays: what each sends again and again; {@code #} as in greetings, {@code $now} stands for the
 *     time in microseconds since the Unix epoch, and {@code $shown} for {@value #SHOWN_AGO} microseconds before; empty
 *     if they send nothing
 * @param everyMillis how often, each of them; the displays take turns, evenly
 */
record Batch(
        Kind kind,
        int count,
        int probes,
        String path,
        List<String> greetings,
        int answers,
        int handshakes,
        String repeated,
        int everyMillis) {
    /** Below Java's default backlog: no handshake has to be repeated. */
    static final int HANDSHAKES = 40;
    /** How old the picture on a member of a wall is. */
    static final long SHOWN_AGO = 100_000;

    private static final Pattern NUMBER = Pattern.compile("#(?:/([1-9][0-9]*))?");

    enum Kind {
        /** Reads and counts what comes, answers pings. */
        DISPLAY,
        /** Like a display until it is ready, and from then on reads nothing. */
        SLOW,
        /** Drives a camera. */
        SOURCE
    }

    /** Displays that send nothing after their greetings. */
    Batch(Kind kind, int count, int probes, String path, List<String> greetings, int answers, int handshakes) {
        this(kind, count, probes, path, greetings, answers, handshakes, "", 0);
    }

    String greeting(int at, int number) {
        return numbered(greetings.get(at), number);
    }

    /** What a display sends again and again. @param now microseconds since the Unix epoch */
    String repeated(int number, long now) {
        return numbered(repeated, number)
                .replace("$now", Long.toString(now))
                .replace("$shown", Long.toString(now - SHOWN_AGO));
    }

    private static String numbered(String text, int number) {
        Matcher matcher = NUMBER.matcher(text);
        return matcher.replaceAll(
                found -> Integer.toString(found.group(1) == null ? number : number / Integer.parseInt(found.group(1))));
    }

    /** Whether a display of this batch is a probe. @param at its place in the batch, from 0 */
    boolean probe(int at) {
        return (at + 1L) * probes / count > (long) at * probes / count;
    }
}
