package org.geometryos.compositor.broadcast;

/**
 * When something is due that comes round again, as long as anybody asks. Many pulses of one period are spread over it by the number that each
 * gets, so that what they set off, such as a thousand answers to a thousand pings, does not come all at once. One thread.
 */
final class Pulse {
    /** Multiples of the golden ratio's fraction are spread evenly, however many there are. */
    private static final double SPREAD = 0.6180339887498949;

    private final long period;
    private final long phase;
    private long next;

    /**
     * @param period in nanoseconds
     * @param now by the clock that {@link #due} is asked with; the first time is due at once
     * @param number which of its kind it is, from 0
     */
    Pulse(long period, long now, long number) {
        this.period = period;
        this.phase = (long) (number * SPREAD % 1 * period);
        this.next = now;
    }

    /** Whether the time has come; if so, the next time is one of its own phase, at most a period away. */
    boolean due(long now) {
        if (now - next < 0) {
            return false;
        }
        next = now + period - Math.floorMod(now - phase, period);
        return true;
    }
}
