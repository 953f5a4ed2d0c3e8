package org.geometryos.compositor.tiles.world;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: world of the demo",
        description = "A generated map on the canvas, as the tileset demo.")
@interface WorldConfig {
    String PID = "org.geometryos.compositor.tiles.world";

    @AttributeDefinition(
            name = "Shown",
            description = "Whether there is the tileset demo. Where it is not to be, one that is left of before is "
                    + "removed.")
    boolean shown() default false;
}
