package org.geometryos.compositor.api.wall;

import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * What a member of a wall says of the time since its last report. All times in microseconds, by the server's clock as
 * the member knows it.
 *
 * @param wall the name of its wall
 * @param clock bound of its clock's error, at least 0
 * @param ageP50 age of samples when they came, median; a clock that is off can make it negative
 * @param ageP99 the same, 99th percentile
 * @param interval between two samples, at least 0; 0 if there were none
 * @param frames shown, at least 0
 * @param late those of them for whose moment no sample at or after it was there; at most {@code frames}
 * @param at when its last frame was seen; 0 without a frame
 * @param shown sample time of that frame; 0 without a frame
 */
public record MemberReport(
        String wall, long clock, long ageP50, long ageP99, long interval, int frames, int late, long at, long shown) {

    /** @throws InvalidValueException if a value breaks its rule; its fields are those of the protocol */
    public MemberReport {
        Checked.name("wall", wall);
        Checked.time("clock", clock);
        Checked.signed("age.p50", ageP50);
        Checked.signed("age.p99", ageP99);
        Checked.time("interval", interval);
        Checked.count("frames", frames);
        Checked.count("late", late);
        if (late > frames) {
            throw new InvalidValueException("late", late, "must not be above frames (" + frames + ")");
        }
        Checked.time("at", at);
        Checked.time("shown", shown);
    }
}
