package org.geometryos.compositor.observe;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: health",
        description = "What the host checks of itself, and when it warns.")
@interface ObserveConfig {
    String PID = "org.geometryos.compositor.observe";

    @AttributeDefinition(
            name = "Loopback check",
            min = "0",
            max = "3600",
            description = "Seconds between two connections of the host to its own port. Each gets a snapshot, as a "
                    + "display does, and is in no account. 0: none.")
    int loopbackSeconds() default 5;

    @AttributeDefinition(
            name = "Free space",
            min = "0",
            max = "1000000000",
            description = "MiB that must be free where the data folder is; with less, the health warns. 0: no bound.")
    int minFreeMiB() default 256;

    @AttributeDefinition(
            name = "Days of the certificate",
            min = "0",
            max = "3650",
            description = "Days before the end of the certificate from which on the health warns.")
    int certificateDays() default 14;
}
