package org.geometryos.compositor.osc;

import java.util.Map;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.replay.Playback;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.wall.Walls;

/** The services around, each of which is null while it is away. Any thread. */
interface Around {
    CameraBridge bridge();

    SceneService scene();

    Walls walls();

    /** What plays, by name; empty while it is away. */
    Map<String, Playback> playbacks();

    Journal journal();
}
