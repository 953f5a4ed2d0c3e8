package org.geometryos.compositor.wall;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.wall.Delay;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.WallDeclaration;

/**
 * Chooses the delay of a wall: as long as the slowest of its members needs that count, and no longer. A change is
 * announced ahead, so that all members know it in time, and is slow enough that nobody sees it. All in microseconds.
 */
final class DelayChooser {
    /** A change is known to all members that much ahead. */
    static final long AHEAD = 500_000;
    /** Of the real time that passes, so much the delay may take while it changes. */
    static final double SLEW = 0.007;
    /** Or more, so that a longer delay is there by then: with what it takes to notice the need, ten seconds. */
    static final long LONGEST_RISE = 6_000_000;
    /** The same of a shorter one, which nobody waits for. */
    static final long LONGEST_FALL = 9_000_000;
    /** But never more than this. */
    static final double STEEPEST = 0.05;
    /** What a member is given beside what it needs. */
    static final long RESERVE = 5_000;

    private static final long FIRST = 100_000;
    private static final double LEAST_SAVED = 10_000;
    private static final double LEAST_SHARE = 0.15;
    /** So fine is a delay that is chosen: needs change a little all the time. */
    private static final double STEP = 1_000;

    private static final double MILLI = 1_000;

    private DelayChooser() {}

    /**
     * @param changes of the delay so far
     * @param needed what the slowest member needs of those that count; empty if none counts
     * @param heard whether all members were heard that are to be heard: only then the delay becomes shorter
     * @param now the server's time
     * @return the change that is to be announced, if there is to be one
     */
    static Optional<DelayChange> choose(
            WallDeclaration declared, List<DelayChange> changes, OptionalDouble needed, boolean heard, long now) {
        boolean fixed = declared.delay() > 0;
        long least = Math.round((fixed ? declared.delay() : declared.minDelay()) * MILLI);
        long most = Math.round((fixed ? declared.delay() : declared.maxDelay()) * MILLI);
        if (changes.isEmpty()) {
            return Optional.of(DelayChange.at(now, within(least, FIRST, most)));
        }
        long end = changes.get(changes.size() - 1).to();
        long wanted =
                within(least, needed.isEmpty() ? end : (long) (Math.ceil(needed.getAsDouble() / STEP) * STEP), most);
        boolean stays =
                wanted < end && end <= most && (!heard || end - wanted < Math.max(LEAST_SAVED, end * LEAST_SHARE));
        return wanted == end || stays ? Optional.empty() : Optional.of(change(changes, wanted, now));
    }

    private static DelayChange change(List<DelayChange> changes, long to, long now) {
        long from = now + AHEAD;
        long value = Math.round(Delay.at(changes, from));
        long difference = Math.abs(to - value);
        long takes = (long) Math.ceil(
                Math.max(difference / STEEPEST, Math.min(to > value ? LONGEST_RISE : LONGEST_FALL, difference / SLEW)));
        return new DelayChange(from, value, from + takes, to);
    }

    private static long within(long least, long value, long most) {
        return Math.max(least, Math.min(value, most));
    }
}
