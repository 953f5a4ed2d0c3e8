package org.geometryos.compositor.api.recording;

import java.util.Optional;

/**
 * How the recorder is.
 *
 * @param enabled whether it is to record
 * @param file the database
 * @param epoch the run of the sequence that it follows; empty before it has begun
 * @param seq everything up to here is recorded, or known to be missing
 * @param behind how many entries of the journal it has not taken yet
 * @param written entries since it started
 * @param missed entries since it started that the journal no longer had when it asked
 * @param bytes of the database and its log, as they were when it last looked
 * @param problem why it does not record although it should
 */
public record RecorderStatus(
        boolean enabled,
        String file,
        Optional<String> epoch,
        long seq,
        long behind,
        long written,
        long missed,
        long bytes,
        Optional<String> problem) {}
