package org.geometryos.compositor.camera.replay;

import java.util.List;

/**
 * A recording to play and the cameras it drives.
 *
 * @param name as an operator knows the recording
 * @param cameras as many as the recording has, in its order; renamed if so configured
 */
record Part(String name, Reel recording, List<String> cameras) {
    /** One without a name. */
    Part(Reel recording, List<String> cameras) {
        this("", recording, cameras);
    }
}
