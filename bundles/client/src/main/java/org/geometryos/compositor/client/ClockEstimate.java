package org.geometryos.compositor.client;

/**
 * How the server's clock stands to ours, as of the last measurement.
 *
 * @param offset microseconds to add to our wall clock to get the server's, at {@code measuredAt}
 * @param roundTrip microseconds, of the quickest way there and the quickest way back; the offset is wrong by half of it
 *     at most
 * @param samples how many measurements it was made of
 * @param measuredAt our wall clock, microseconds since the Unix epoch
 * @param drift by how much the offset grows per microsecond
 */
public record ClockEstimate(long offset, long roundTrip, int samples, long measuredAt, double drift) {
    /** The drift is known for so long, microseconds. */
    private static final long KNOWN = 300_000_000;

    /** Without a drift. */
    public ClockEstimate(long offset, long roundTrip, int samples) {
        this(offset, roundTrip, samples, 0, 0);
    }

    /** The server's time. @param local our wall clock, microseconds since the Unix epoch */
    public long at(long local) {
        return local + offset + Math.round(drift * Math.min(KNOWN, Math.max(0, local - measuredAt)));
    }

    /** By how much that may be wrong, microseconds. */
    public long bound() {
        return (roundTrip + 1) / 2;
    }
}
