package org.geometryos.compositor.camera.replay;

import java.util.List;

/**
 * A recording to play and the cameras it drives.
 *
 * @param cameras as many as the recording has, in its order; renamed if so configured
 */
record Part(Reel recording, List<String> cameras) {}
