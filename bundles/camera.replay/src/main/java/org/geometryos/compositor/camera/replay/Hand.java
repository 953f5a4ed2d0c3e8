package org.geometryos.compositor.camera.replay;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.replay.PlaybackState;

/**
 * What a hand left: how what plays goes on in the next copy of this bundle.
 *
 * @param position microseconds
 * @param recordings that it is for, by name
 */
record Hand(
        boolean paused,
        long position,
        double speed,
        boolean loop,
        Optional<PlaybackState.Marks> marks,
        List<String> recordings) {}
