package org.geometryos.compositor.journal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: journal",
        description = "How much of the sequence is kept for displays that resume and for those that take every update.")
@interface JournalConfig {
    String PID = "org.geometryos.compositor.journal";

    @AttributeDefinition(name = "Camera bytes", min = "0", max = "4294967296",
            description = "Memory for views of cameras, in bytes, estimated (64 KiB to 4 GiB; 0: 48 MiB, or 3/32 of a heap below 512 MiB). 48 MiB hold 75 s of 600 updates/s.")
    long cameraBytes() default 0;

    @AttributeDefinition(name = "Ordered bytes", min = "0", max = "4294967296",
            description = "Memory for everything else (control, presence, scene), in bytes, estimated (64 KiB to 4 GiB; 0: 8 MiB, or 1/64 of a heap below 512 MiB).")
    long orderedBytes() default 0;
}
