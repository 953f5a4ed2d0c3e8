package org.geometryos.compositor.api.replay;

import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;

/** What a hand does to a playback. Positions are microseconds since the beginning of the recording. */
public sealed interface PlaybackCommand {
    double MIN_SPEED = 0.01;
    double MAX_SPEED = 100;
    /** Entries of one step, in either direction. */
    int MAX_STEP = 1_000;

    /** Goes on from the present position; at the end it begins again. */
    record Play() implements PlaybackCommand {}

    /** Stays where it is. */
    record Pause() implements PlaybackCommand {}

    /**
     * Goes to a position. Each camera jumps to the entry that the recording holds for it at or before that position;
     * nothing is interpolated. It plays on if it plays, and stays paused if it is paused.
     *
     * @param position 0 or more; the playback refuses one behind its length
     */
    record Seek(long position) implements PlaybackCommand {
        public Seek {
            notNegative("position", position);
        }
    }

    /**
     * Pauses, and goes so many entries on, or back, at most to the first or last one. Entries of one time are single
     * steps. It is refused where there is none, and is paused then.
     *
     * @param entries negative: back; not 0
     * @param camera counts entries of this one alone; empty: of all
     */
    record Step(int entries, Optional<String> camera) implements PlaybackCommand {
        public Step {
            if (entries == 0 || entries > MAX_STEP || entries < -MAX_STEP) {
                throw new InvalidValueException(
                        "entries", entries, "must lie in [-" + MAX_STEP + ", " + MAX_STEP + "] and not be 0");
            }
            camera.ifPresent(name -> Names.check("camera", name));
        }
    }

    /**
     * Plays a part again and again: its entries from {@code from} on and before {@code to}. Where {@code to} is the
     * length the last entry belongs to it.
     *
     * @param to more than {@code from}; the playback refuses one behind its length
     */
    record LoopBetween(long from, long to) implements PlaybackCommand {
        public LoopBetween {
            notNegative("from", from);
            if (to <= from) {
                throw new InvalidValueException("to", to, "must be more than from (" + from + ")");
            }
        }
    }

    /**
     * Plays all of it again and again, or once; without marks.
     *
     * @param on whether it begins again at its end
     */
    record Loop(boolean on) implements PlaybackCommand {}

    /**
     * Plays at this speed from the present position on, until the configured speed changes.
     *
     * @param factor {@value #MIN_SPEED} to {@value #MAX_SPEED}; 1 is as recorded
     */
    record Speed(double factor) implements PlaybackCommand {
        public Speed {
            if (!(factor >= MIN_SPEED && factor <= MAX_SPEED)) {
                throw new InvalidValueException("speed", factor, "must lie in [0.01, 100]");
            }
        }
    }

    private static void notNegative(String field, long value) {
        if (value < 0) {
            throw new InvalidValueException(field, value, "must be 0 or more (microseconds)");
        }
    }
}
