package org.geometryos.compositor.benchmark;

import java.nio.ByteBuffer;
import java.time.Instant;

/** The updates that were sent, and how long those took that arrived. One thread. */
final class SentUpdates {
    /** Numbers of samples start here, so that all have the same length. */
    static final long FIRST_SAMPLE = 1_000_000_000;

    /** How many updates back the time of sending is known; a power of two. */
    private static final int KNOWN = 1 << 16;
    /** In any second; below the 20,000 requests that the bridge takes from a source by default. */
    private static final int MOST_PER_SECOND = 15_000;

    private final Form form;
    private final byte[] sample;
    private final byte[] time;
    /** Microseconds from sending to arrival. */
    final Histogram latency = new Histogram();
    /** Microseconds by which an update was sent behind its time. */
    final Histogram lateness = new Histogram();

    private final long[] sentAt = new long[KNOWN];
    private final long clockNanos = System.nanoTime();
    private final long clockMicros;
    private long count;

    SentUpdates(Form form) {
        this.form = form;
        sample = form.name("sample");
        time = form.name("time");
        Instant now = Instant.now();
        clockMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    }

    /** How many there are. */
    long count() {
        return count;
    }

    /** Begins to count latency and lateness anew. */
    void begin() {
        latency.clear();
        lateness.clear();
    }

    /** Whether one more is allowed. @param now {@link System#nanoTime()} */
    boolean allowed(long now) {
        return count < MOST_PER_SECOND || now - sentAt[(int) (count - MOST_PER_SECOND & KNOWN - 1)] >= 1_000_000_000;
    }

    /**
     * One is sent now.
     *
     * @param now {@link System#nanoTime()}
     * @return the number of its sample
     */
    long sent(long now) {
        sentAt[(int) (count & KNOWN - 1)] = now;
        return FIRST_SAMPLE + count++;
    }

    /**
     * One arrived.
     *
     * @param camera the message
     * @param now {@link System#nanoTime()}
     * @return how many are known to have arrived by it
     */
    long arrived(ByteBuffer camera, long now) throws Frames.FrameException {
        long number = form.number(camera, sample) - FIRST_SAMPLE;
        if (number < 0 || number >= count) {
            throw new Frames.FrameException("sample " + (number + FIRST_SAMPLE) + " was never sent");
        }
        if (count - number <= KNOWN) {
            latency.add((now - sentAt[(int) (number & KNOWN - 1)]) / 1000);
        }
        return number + 1;
    }

    /** One arrived that a tracker sent: by the time that it carries. @param now {@link System#nanoTime()} */
    void arrivedByTime(ByteBuffer camera, long now) throws Frames.FrameException {
        latency.add(micros(now) - form.number(camera, time));
    }

    /** The time of day, microseconds since the Unix epoch. @param nanos of {@link System#nanoTime()} */
    long micros(long nanos) {
        return clockMicros + (nanos - clockNanos) / 1000;
    }
}
