package org.geometryos.compositor.tiles.files;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: pictures of tiles",
        description = "Limits of the pictures that are served under /tiles/.")
@interface FilesConfig {
    String PID = "org.geometryos.compositor.tiles.files";

    @AttributeDefinition(
            name = "Picture size",
            min = "1024",
            max = "67108864",
            description = "Bytes of the file of one picture.")
    int maxPictureBytes() default 4 << 20;

    @AttributeDefinition(
            name = "Bytes",
            min = "0",
            max = "4294967296",
            description = "Memory for all pictures that are checked or on their way at a time, in bytes. A request "
                    + "beyond that gets 503. 0 means 64 MiB, or an eighth of a heap below 512 MiB; any other value is "
                    + "at least the size of a picture.")
    long maxBytes() default 0;
}
