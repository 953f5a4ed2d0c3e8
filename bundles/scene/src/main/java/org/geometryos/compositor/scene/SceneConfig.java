package org.geometryos.compositor.scene;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: scene", description = "Limits of the scene.")
@interface SceneConfig {
    String PID = "org.geometryos.compositor.scene";

    @AttributeDefinition(name = "Models", min = "1", max = "1024", description = "How many models there may be (1 to 1,024).")
    int maxModels() default 1024;

    @AttributeDefinition(name = "Size", min = "4096", max = "196608",
            description = "What all models and the selection may take together, in bytes as JSON (4,096 to 196,608; a snapshot of them and of all cameras stays below 1 MiB).")
    int maxBytes() default 196_608;
}
