package org.geometryos.compositor.camera.replay;

import java.util.List;
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

    /**
     * Gets ready what comes next, while there is time.
     *
     * @param next the number of the frame that is played next
     * @return whether there is more now than before
     */
    default boolean readAhead(int next) {
        return false;
    }
}
