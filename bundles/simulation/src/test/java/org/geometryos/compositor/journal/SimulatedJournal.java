package org.geometryos.compositor.journal;

import java.util.HexFormat;
import java.util.Random;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.rings.RingJournal;

/** The way to the journal's own class. */
public final class SimulatedJournal {
    private SimulatedJournal() {}

    public static Journal of(long cameraBytes, long orderedBytes, Runnable wake, Random random) {
        byte[] epoch = new byte[8];
        random.nextBytes(epoch);
        return new RingJournal(
                new RingJournal.Limits(cameraBytes, orderedBytes),
                wake,
                HexFormat.of().formatHex(epoch));
    }
}
