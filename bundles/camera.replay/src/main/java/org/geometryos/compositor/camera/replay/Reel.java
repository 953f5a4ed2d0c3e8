package org.geometryos.compositor.camera.replay;

import java.util.List;
import java.util.OptionalLong;
import org.geometryos.compositor.camera.replay.RecordedFile.Frame;

/** What a player plays: frames in the order in which they are due, one after the other, or from the first one again. */
interface Reel {
    List<String> cameras();

    /** Whether there is no frame of this number; false as long as that is not known. */
    boolean ends(int index);

    /** The frame of this number, the one before it, or the first; null if it is not there yet. */
    Frame frame(int index);

    /** From the first frame to where the first frame comes again when it loops, microseconds. Known at the end. */
    long lap();

    /** Bytes of memory, about. */
    long bytes();

    /** What was left out, as a sentence; empty if nothing was. */
    String flaw();

    /** When the first frame was received, microseconds since the Unix epoch, where that is known. */
    default OptionalLong began() {
        return OptionalLong.empty();
    }

    /** Microseconds from the first frame to the last one. */
    long length();

    /**
     * A place to go on from.
     *
     * @param next the number of the frame that comes next; {@link #frame} takes it from now on
     * @param shown by the camera's index, the newest frame in front of it; null where there is none
     */
    record Place(int next, Frame[] shown) {
        /** Offset of the newest frame of all; -1 if there is none. */
        long offset() {
            long newest = -1;
            for (Frame frame : shown) {
                newest = frame == null ? newest : Math.max(newest, frame.offset());
            }
            return newest;
        }
    }

    /**
     * Goes behind the last frame at an offset or earlier.
     *
     * @param offset microseconds, 0 or more
     * @throws UnplayableException if that cannot be found; it has not moved then
     */
    Place at(long offset) throws UnplayableException;

    /**
     * Goes back by one frame.
     *
     * @param next the number of the frame that comes next as things stand
     * @param camera index of the camera whose frames count; -1: those of all
     * @return the place behind the frame before the one that is shown; null if there is none
     * @throws UnplayableException if that cannot be found; it has not moved then
     */
    Place back(int next, int camera) throws UnplayableException;

    /**
     * Gets ready what comes next, while there is time.
     *
     * @param next the number of the frame that is played next
     * @return whether there is more now than before
     */
    default boolean readAhead(int next) {
        return false;
    }

    /**
     * Takes back that frames behind a place were looked at.
     *
     * @param next the number of the frame that came next there
     * @param offset of that place, microseconds
     * @return the number that it has now
     */
    default int again(int next, long offset) throws UnplayableException {
        return next;
    }
}
