package org.geometryos.compositor.wall;

import java.util.Map;
import org.geometryos.compositor.api.wall.Wall;

/**
 * What the walls need of the journal. What is written counts if the wall still is as it was read last; if not, the next
 * look finds out. One thread at a time.
 */
interface Sequence {
    /** The walls as they stand in it, by name. */
    Map<String, Wall> walls();

    void changed(Wall wall);

    void removed(String wall);
}
