package org.geometryos.compositor.api.recording;

import java.util.List;

/**
 * One run of the sequence, as far as it was recorded and is still kept. Times in microseconds since the Unix epoch.
 *
 * @param started when the recorder first met this run
 * @param from when its first entry was received
 * @param to when its last entry was received
 * @param last the number of its last entry
 * @param cameras with at least one view in it, by name
 * @param missing entries behind its first one that the recorder should have got and did not; not those of times without
 *     recording
 */
public record Recording(
        String epoch, long started, long from, long to, long last, long entries, List<String> cameras, long missing) {
    public Recording {
        cameras = List.copyOf(cameras);
    }
}
