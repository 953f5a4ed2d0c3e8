package org.geometryos.compositor.osc;

import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.wall.Walls;

/** What messages are for; each is null while it is away. Any thread. */
interface Parts {
    CameraSink sink();

    CameraBridge bridge();

    SceneService scene();

    Walls walls();

    Journal journal();
}
