package org.geometryos.compositor.wall;

import java.util.Optional;
import org.geometryos.compositor.api.wall.WallDeclaration;

/**
 * A wall as it is in force.
 *
 * @param pid of the configuration that declares it; empty if only the sequence knows it
 */
record Declared(Optional<String> pid, WallDeclaration declaration, boolean lasts) {
    String name() {
        return declaration.wall().name();
    }
}
