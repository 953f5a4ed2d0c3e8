package org.geometryos.compositor.benchmark.micro;

import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.rings.RingJournal;

/** The journal by itself, without the component around it. */
public final class Journals {
    private static final long CAMERA_BYTES = 50_331_648;
    private static final long ORDERED_BYTES = 8_388_608;

    private Journals() {}

    /** As large as the default configuration makes it. */
    public static Journal ring() {
        return new RingJournal(new RingJournal.Limits(CAMERA_BYTES, ORDERED_BYTES), () -> {});
    }
}
