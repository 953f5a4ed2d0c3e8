package org.geometryos.compositor.osc;

import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.wall.Walls;

/** The services around, each of which is null while it is away. Any thread. */
interface Around {
    CameraBridge bridge();

    SceneService scene();

    Walls walls();

    Journal journal();
}
