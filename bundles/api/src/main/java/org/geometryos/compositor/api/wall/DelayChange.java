package org.geometryos.compositor.api.wall;

import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * A change of a wall's delay: {@code value} at {@code from}, {@code to} at {@code until} and after it, in between in
 * proportion. Microseconds in [0, 2^53); the two times are the server's.
 */
public record DelayChange(long from, long value, long until, long to) {
    /** @throws InvalidValueException if a value breaks its rule */
    public DelayChange {
        Checked.time("from", from);
        Checked.time("value", value);
        Checked.time("until", until);
        Checked.time("to", to);
        if (until < from) {
            throw new InvalidValueException("until", until, "must not be before from (" + from + ")");
        }
    }

    /** A delay that holds from a time on. */
    public static DelayChange at(long from, long value) {
        return new DelayChange(from, value, from, value);
    }

    /** The delay at a time, microseconds. */
    public double at(long time) {
        if (time >= until) {
            return to;
        }
        return time <= from ? value : value + (double) (to - value) * (time - from) / (until - from);
    }
}
