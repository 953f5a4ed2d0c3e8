package org.geometryos.compositor.connections;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** A display that an operator declares; only what is set counts, and wins over what the display says. */
@ObjectClassDefinition(
        name = "Compositor Bridge: declared display",
        factoryPid = DisplayConfig.FACTORY_PID,
        description = "A display that is declared before it connects. A value that is set here wins over what the "
                + "display says of itself.")
@interface DisplayConfig {
    String FACTORY_PID = "org.geometryos.compositor.connections.display";

    @AttributeDefinition(
            name = "Display",
            required = false,
            description = "The display's name, 1 to 64 of A-Z a-z 0-9 . _ -. Default: what follows ~ in the PID.")
    String display();

    @AttributeDefinition(
            name = "Width",
            required = false,
            type = AttributeType.INTEGER,
            description = "Physical pixels, 1 to 1000000.")
    int width();

    @AttributeDefinition(
            name = "Height",
            required = false,
            type = AttributeType.INTEGER,
            description = "Physical pixels, 1 to 1000000.")
    int height();

    @AttributeDefinition(
            name = "Pixel ratio",
            required = false,
            type = AttributeType.DOUBLE,
            description = "Physical pixels per CSS pixel, above 0.")
    double pixelRatio();

    @AttributeDefinition(
            name = "Refresh rate",
            required = false,
            type = AttributeType.DOUBLE,
            description = "Hertz, above 0.")
    double refreshRate();

    @AttributeDefinition(name = "Colour space", required = false, description = "srgb, display-p3 or rec2020.")
    String colorSpace();

    @AttributeDefinition(name = "Fit", required = false, description = "contain, cover or same-scale.")
    String fit();

    @AttributeDefinition(name = "Title", required = false, description = "At most 256 characters.")
    String title();
}
