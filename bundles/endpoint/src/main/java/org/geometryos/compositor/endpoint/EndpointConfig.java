package org.geometryos.compositor.endpoint;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: endpoint", description = "What displays may send.")
@interface EndpointConfig {
    String PID = "org.geometryos.compositor.endpoint";

    @AttributeDefinition(name = "Priority, control", min = "-1000000", max = "1000000",
            description = "With which priority sessions of role control drive cameras (-1,000,000 to 1,000,000); a higher one takes a camera from a lower one. Sources have 0 unless configured.")
    int priorityControl() default 10;

    @AttributeDefinition(name = "Priority, admin", min = "-1000000", max = "1000000",
            description = "The same for sessions of role admin.")
    int priorityAdmin() default 10;

    @AttributeDefinition(name = "Malformed messages", min = "0", max = "10000",
            description = "More malformed messages than these within a minute close the connection with 4400 (0 to 10,000).")
    int malformedPerMinute() default 20;

    @AttributeDefinition(name = "Allowed origins", required = false,
            description = "From which web pages connections with a key are taken beside those of the same host name: origins such as https://wall.example:8443, "
                    + "file:// or app://name for pages of apps and files, null for pages that have none, * for all; one each, or with commas between. Without a key configured they do not count.")
    String[] allowedOrigins() default {};

    @AttributeDefinition(name = "Key required",
            description = "Whether nobody is let in, not even from this machine, while no key is configured. Anything but false means true.")
    String keyRequired() default "false";
}
