package org.geometryos.compositor.api.recording;

import java.util.Set;

/**
 * A part of a recording.
 *
 * @param from received at this time or later, microseconds since the Unix epoch
 * @param to received at this time or earlier
 * @param cameras of these cameras only; empty: of all
 * @param viewsOnly {@code camera} messages and nothing else
 */
public record Selection(String epoch, long from, long to, Set<String> cameras, boolean viewsOnly) {
    public Selection {
        cameras = Set.copyOf(cameras);
    }

    /** Everything in a recording. */
    public static Selection all(String epoch) {
        return new Selection(epoch, Long.MIN_VALUE, Long.MAX_VALUE, Set.of(), false);
    }
}
