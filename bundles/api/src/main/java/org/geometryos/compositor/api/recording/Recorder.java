package org.geometryos.compositor.api.recording;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Records the journal, and gives out what was recorded; the latter also while recording is switched off. Any thread.
 * Only {@link #status()} is free of input and output.
 */
@ProviderType
public interface Recorder {

    RecorderStatus status();

    /**
     * All recordings, the oldest first. Looks at each entry: about a second for a gigabyte.
     *
     * @throws RecordingException if the database cannot be read
     */
    List<Recording> recordings() throws RecordingException;

    /**
     * Reads on from a position.
     *
     * @param after the number of the last entry known; what comes behind it is read
     * @param max at most so many entries; fewer come at the end only
     * @throws RecordingException if the database cannot be read
     */
    List<RecordedEntry> read(Selection what, long after, int max) throws RecordingException;

    /**
     * The newest entry of each camera in a part of a recording. Walks back until it has met all of them: a few
     * milliseconds where each was moved lately, about a second for a gigabyte where one was never moved before.
     *
     * @param what names its cameras; its end is taken as a place in the order of the entries
     * @param before only entries with a lower number
     * @return at most one for each camera, in no order
     * @throws RecordingException if the database cannot be read
     */
    List<RecordedEntry> newest(Selection what, long before) throws RecordingException;
}
