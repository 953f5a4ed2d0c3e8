package org.geometryos.compositor.cluster;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: cluster",
        description = "Several hosts that share one sequence, through a log that an engine keeps. The journal of each "
                + "has shared=true beside it.")
@interface ClusterConfig {
    String PID = "org.geometryos.compositor.cluster";

    @AttributeDefinition(
            name = "Host",
            description = "The name of this host among those that share the sequence, 1 to 64 of A-Z a-z 0-9 . _ -, "
                    + "another one on each. Empty means that this host shares none.")
    String host() default "";

    @AttributeDefinition(
            name = "Address",
            required = false,
            description = "Where displays reach this host, ws:// or wss:// with the path, such as "
                    + "wss://a.example/compositor. The others tell it their displays, which go there when their own "
                    + "host is away. Empty means that displays learn of this host by their own configuration alone.")
    String url() default "";

    @AttributeDefinition(
            name = "Camera bytes",
            min = "0",
            max = "4294967296",
            description = "Memory for views of cameras, in bytes, estimated, as that of the journal.")
    long cameraBytes() default 0;

    @AttributeDefinition(
            name = "Ordered bytes",
            min = "0",
            max = "4294967296",
            description = "Memory for all other entries, in bytes, estimated, as that of the journal.")
    long orderedBytes() default 0;

    @AttributeDefinition(
            name = "Isolated after",
            min = "2",
            max = "3600",
            description = "Seconds that this host keeps its displays while it is cut off from the others. Then it "
                    + "sends them to other hosts (4503), and takes none until it is back.")
    int isolatedSeconds() default 10;
}
