package org.geometryos.compositor.endpoint;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: endpoint",
        description = "Control by displays, origins of web pages, and malformed messages.")
@interface EndpointConfig {
    String PID = "org.geometryos.compositor.endpoint";

    @AttributeDefinition(
            name = "Priority, control",
            min = "-1000000",
            max = "1000000",
            description = "Priority with which sessions of role control drive cameras. A higher priority takes a "
                    + "camera from a lower one. Sources have 0 unless configured.")
    int priorityControl() default 10;

    @AttributeDefinition(
            name = "Priority, admin",
            min = "-1000000",
            max = "1000000",
            description = "Priority with which sessions of role admin drive cameras.")
    int priorityAdmin() default 10;

    @AttributeDefinition(
            name = "Malformed messages",
            min = "0",
            max = "10000",
            description = "Malformed messages that a client may send per minute. One more closes its connection "
                    + "with 4400.")
    int malformedPerMinute() default 20;

    @AttributeDefinition(
            name = "Allowed origins",
            required = false,
            description = "Web pages that may connect with a key, in addition to pages of the same host name: "
                    + "origins such as https://wall.example:8443; file:// or app://NAME or capacitor://localhost "
                    + "for pages of files and apps; null for pages without an origin; * for all. Separate several "
                    + "by commas. This value has no effect while no key is configured.")
    String[] allowedOrigins() default {};

    @AttributeDefinition(
            name = "Key required",
            description = "Whether every connection is refused, also from this machine, while no key is configured. "
                    + "Any value but false means true.")
    String keyRequired() default "false";
}
