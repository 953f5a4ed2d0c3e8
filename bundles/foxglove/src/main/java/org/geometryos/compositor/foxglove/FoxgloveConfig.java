package org.geometryos.compositor.foxglove;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: Foxglove",
        description = "Viewers that speak Foxglove's WebSocket protocol see cameras, scene and displays.")
@interface FoxgloveConfig {
    String PID = "org.geometryos.compositor.foxglove";

    @AttributeDefinition(
            name = "Rate",
            min = "1",
            max = "1000",
            description = "Messages of one topic that a viewer gets in a second, at most. It gets the newest state of "
                    + "each.")
    int rate() default 120;

    @AttributeDefinition(
            name = "Address of models",
            required = false,
            description = "Where viewers find the models, as an address that ends with \"/\"; empty: /models/ at the "
                    + "host that the viewer itself has named.")
    String models() default "";
}
