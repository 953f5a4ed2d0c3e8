package org.geometryos.compositor.scene;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: scene", description = "Limits of the scene.")
@interface SceneConfig {
    String PID = "org.geometryos.compositor.scene";

    @AttributeDefinition(name = "Models", min = "1", max = "256",
            description = "How many models there may be (1 to 256; a snapshot of them and of all cameras stays below 1 MiB).")
    int maxModels() default 256;

    @AttributeDefinition(name = "Text", min = "1024", max = "49152",
            description = "What the ids, uris, labels and layers of all models may take together, in bytes as JSON (1,024 to 49,152).")
    int maxTextBytes() default 49_152;
}
