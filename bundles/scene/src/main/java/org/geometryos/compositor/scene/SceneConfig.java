package org.geometryos.compositor.scene;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: scene", description = "Limits of the scene.")
@interface SceneConfig {
    String PID = "org.geometryos.compositor.scene";

    @AttributeDefinition(name = "Models", min = "1", max = "1024", description = "Models in all.")
    int maxModels() default 1024;

    @AttributeDefinition(
            name = "Size",
            min = "4096",
            max = "196608",
            description = "Bytes that all models and the selection may take together as JSON. The limit keeps a "
                    + "snapshot of the scene and all cameras below 1 MiB.")
    int maxBytes() default 196_608;

    @AttributeDefinition(
            name = "First scene",
            required = false,
            description =
                    "Models of the scene of a host that has stored none yet: a JSON list of models as the protocol "
                            + "has them. Whoever empties the scene later finds it empty after a restart, too. Empty means that "
                            + "the scene begins empty.")
    String first() default "";
}
