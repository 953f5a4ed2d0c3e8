package org.geometryos.compositor.api.replay;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a playback is. Positions are microseconds since the beginning of the recording.
 *
 * @param status what it does
 * @param position at most {@code length}; of several recordings side by side that of the longest
 * @param length position of the last entry; of several recordings the longest
 * @param speed factor; 1 is as recorded
 * @param loop whether it begins again
 * @param marks between which it loops; empty: all of it
 * @param began when the server got the first entry, microseconds since the Unix epoch, of a recording of the recorder
 * @param recordings what plays, as file or recording of the recorder
 * @param lanes the cameras that it drives
 */
public record PlaybackState(
        Status status,
        long position,
        long length,
        double speed,
        boolean loop,
        Optional<Marks> marks,
        OptionalLong began,
        List<String> recordings,
        List<Lane> lanes) {
    /** What a playback does. */
    public enum Status {
        /** It has nothing to play yet, or has played to its end. */
        STOPPED,
        PLAYING,
        PAUSED
    }

    /** The part that is played again and again. */
    public record Marks(long from, long to) {}

    /**
     * A camera.
     *
     * @param camera as it is driven
     * @param recording that it comes from
     * @param entry position of the entry that it got last; empty before its first one
     * @param held whether that entry was refused, as somebody else holds the camera
     */
    public record Lane(String camera, String recording, OptionalLong entry, boolean held) {}

    public PlaybackState {
        recordings = List.copyOf(recordings);
        lanes = List.copyOf(lanes);
    }
}
