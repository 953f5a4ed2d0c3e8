package org.geometryos.compositor.connections;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

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
            min = "1",
            max = "1000000",
            description = "Width of the display, in physical pixels.")
    int width();

    @AttributeDefinition(
            name = "Height",
            required = false,
            type = AttributeType.INTEGER,
            min = "1",
            max = "1000000",
            description = "Height of the display, in physical pixels.")
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

    @AttributeDefinition(
            name = "Colour space",
            required = false,
            options = {
                @Option(label = "as the display says", value = ""),
                @Option(label = "srgb", value = "srgb"),
                @Option(label = "display-p3", value = "display-p3"),
                @Option(label = "rec2020", value = "rec2020")
            },
            description = "Colour space of the display.")
    String colorSpace();

    @AttributeDefinition(
            name = "Fit",
            required = false,
            options = {
                @Option(label = "as the display says", value = ""),
                @Option(label = "contain", value = "contain"),
                @Option(label = "cover", value = "cover"),
                @Option(label = "same-scale", value = "same-scale")
            },
            description = "How the view of a 2D camera is brought into the display where their shapes differ.")
    String fit();

    @AttributeDefinition(
            name = "Title",
            required = false,
            description = "What people call the display, at most 256 characters.")
    String title();
}
