package org.geometryos.compositor.broadcast;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: broadcaster", description = "From the journal to all displays.")
@interface BroadcastConfig {
    String PID = "org.geometryos.compositor.broadcast";

    @AttributeDefinition(name = "Writers", min = "0", max = "16",
            description = "Threads that write to displays, each with a share of them (1 to 16; 0: as many as there are cores, at most 4).")
    int writers() default 0;
}
