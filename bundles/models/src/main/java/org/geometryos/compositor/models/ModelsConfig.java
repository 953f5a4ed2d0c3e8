package org.geometryos.compositor.models;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: models",
        description = "glTF models for displays, served under /models/.")
@interface ModelsConfig {
    String PID = "org.geometryos.compositor.models";

    @AttributeDefinition(
            name = "Folder",
            required = false,
            description = "Folder of *.glb and *.gltf files and the files that they refer to, including folders "
                    + "below it. A relative name is taken from the host's data folder. Empty means models there. It "
                    + "is created if it is missing.")
    String folder() default "";

    @AttributeDefinition(
            name = "Cameras",
            description = "Whether the cameras in models become cameras of the bridge, named MODEL.CAMERA.")
    boolean cameras() default false;

    @AttributeDefinition(
            name = "Uploads",
            description =
                    "Whether clients with the role control may add models over HTTP, for instance by dropping a .glb "
                            + "file on a page. They are stored in the folder.")
    boolean uploads() default true;

    @AttributeDefinition(
            name = "Model size",
            min = "1024",
            max = "1073741824",
            description = "Bytes of one model, with all files that it refers to.")
    long maxModelBytes() default 64 << 20;

    @AttributeDefinition(
            name = "Files",
            min = "1",
            max = "10000",
            description = "Files of the folder, or of one bundle. Files beyond that are ignored.")
    int maxFiles() default 1000;

    @AttributeDefinition(
            name = "Size",
            min = "1024",
            max = "1099511627776",
            description = "Bytes of all models together. The checked copies take the same again on the disk.")
    long maxTotalBytes() default 2L << 30;
}
