package org.geometryos.compositor.journal;

import java.util.Random;
import org.geometryos.compositor.api.journal.Journal;

/** The way to the journal's own class. */
public final class SimulatedJournal {
    private SimulatedJournal() {}

    public static Journal of(long cameraBytes, long orderedBytes, Runnable wake, Random random) {
        return new RingJournal(new RingJournal.Limits(cameraBytes, orderedBytes), wake, random);
    }
}
