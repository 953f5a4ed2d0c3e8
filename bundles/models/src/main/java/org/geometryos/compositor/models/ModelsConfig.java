package org.geometryos.compositor.models;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: models", description = "glTF models for displays, served under /models/.")
@interface ModelsConfig {
    String PID = "org.geometryos.compositor.models";

    @AttributeDefinition(name = "Folder", required = false, description = "Where *.glb and *.gltf are looked for, with the files that "
            + "they refer to, also in folders below it; relative to the host's data folder. Empty: models in it. Created if it is missing.")
    String folder() default "";

    @AttributeDefinition(name = "Cameras", description = "Whether the cameras in models become cameras of the bridge, named MODEL.CAMERA.")
    boolean cameras() default false;

    @AttributeDefinition(name = "Model size", min = "1024", max = "1073741824",
            description = "Bytes that a model may have, with all files that it refers to (1,024 to 1,073,741,824).")
    long maxModelBytes() default 64 << 20;

    @AttributeDefinition(name = "Files", min = "1", max = "10000",
            description = "How many files the folder, or a bundle, may offer (1 to 10,000); what is beyond is not looked at.")
    int maxFiles() default 1000;

    @AttributeDefinition(name = "Size", min = "1024", max = "1099511627776",
            description = "Bytes that all models may have together (1,024 to 1,099,511,627,776); as many again are taken on the disk.")
    long maxTotalBytes() default 2L << 30;
}
