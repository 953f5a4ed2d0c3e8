package org.geometryos.compositor.client;

/**
 * How the server's clock stands to ours.
 *
 * @param offset microseconds to add to our wall clock to get the server's
 * @param roundTrip microseconds, of the measurement the offset is taken from; the offset is wrong by half of it at most
 * @param samples how many measurements it was chosen from
 */
public record ClockEstimate(long offset, long roundTrip, int samples) {}
