package org.geometryos.compositor.broadcast;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: broadcaster",
        description = "The broadcaster writes the entries of the journal to all displays.")
@interface BroadcastConfig {
    String PID = "org.geometryos.compositor.broadcast";

    @AttributeDefinition(
            name = "Writers",
            min = "0",
            max = "16",
            description = "Threads that write to displays; each has a share of them. 0 means as many as there are "
                    + "cores, at most 4.")
    int writers() default 0;
}
