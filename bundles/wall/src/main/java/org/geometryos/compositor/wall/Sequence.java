package org.geometryos.compositor.wall;

import java.util.Map;
import org.geometryos.compositor.api.wall.Wall;

/** What the walls need of the journal. Any thread. */
interface Sequence {
    /** The walls as they stand in it, by name. */
    Map<String, Wall> walls();

    void changed(Wall wall);

    void removed(String wall);
}
