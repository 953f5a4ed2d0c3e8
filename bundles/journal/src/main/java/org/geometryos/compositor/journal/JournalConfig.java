package org.geometryos.compositor.journal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: journal",
        description = "Memory for the entries that displays need to resume, and to receive every update.")
@interface JournalConfig {
    String PID = "org.geometryos.compositor.journal";

    @AttributeDefinition(
            name = "Camera bytes",
            min = "0",
            max = "4294967296",
            description = "Memory for views of cameras, in bytes, estimated. 0 means 48 MiB, or 3/32 of a heap "
                    + "below 512 MiB; any other value is at least 65536. 48 MiB hold 75 s of 600 updates per "
                    + "second.")
    long cameraBytes() default 0;

    @AttributeDefinition(
            name = "Ordered bytes",
            min = "0",
            max = "4294967296",
            description = "Memory for all other entries (control, presence, scene), in bytes, estimated. 0 means 8 "
                    + "MiB, or 1/64 of a heap below 512 MiB; any other value is at least 65536.")
    long orderedBytes() default 0;

    @AttributeDefinition(
            name = "Shared",
            description = "Whether the sequence is that of several hosts, which the bundle cluster has. There is none "
                    + "of this host alone then: displays are taken while this host is with the others.")
    boolean shared() default false;
}
