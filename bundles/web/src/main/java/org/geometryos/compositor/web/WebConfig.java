package org.geometryos.compositor.web;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: displays", description = "The pages for browsers.")
@interface WebConfig {
    String PID = "org.geometryos.compositor.web";

    @AttributeDefinition(
            name = "Frame ancestors",
            required = false,
            description = "Pages that may embed the displays (iframe), in addition to the pages of the bridge: "
                    + "origins such as https://portal.example:8443 or https://*.portal.example, a scheme such as "
                    + "file: or app: for apps, * for all. Separate several by commas.")
    String[] frameAncestors() default {};

    @AttributeDefinition(
            name = "Demo",
            description = "Whether the pages show the first steps of the demo, until a person closes them.")
    boolean demo() default false;
}
