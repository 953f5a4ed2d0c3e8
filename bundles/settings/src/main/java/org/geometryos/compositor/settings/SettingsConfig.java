package org.geometryos.compositor.settings;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * What can be configured, as it stands in Config Admin: the names are the paths in {@code compose_config.json}.
 * Describes it only: {@link Settings} reads the properties itself, so that what it says of a wrong one names it, and
 * the getters are never called.
 */
@ObjectClassDefinition(
        name = "Compositor Bridge: settings",
        description = "Appearance of all displays. The file compose_config.json in the data folder sets the same "
                + "values.")
@interface SettingsConfig {
    String PID = "org.geometryos.compositor.settings";

    @AttributeDefinition(
            name = "Width",
            min = "1",
            max = "1000000",
            description = "Width of the window that displays compose for, in physical pixels.")
    int window_width() default 1920;

    @AttributeDefinition(
            name = "Height",
            min = "1",
            max = "1000000",
            description = "Height of that window, in physical pixels.")
    int window_height() default 1080;

    @AttributeDefinition(
            name = "Pixel ratio",
            description =
                    "Physical pixels per CSS pixel at which displays draw, 0.1 to 16. 0 means the screen's " + "own.")
    double window_pixelRatio() default 0;

    @AttributeDefinition(
            name = "Colour space",
            description = "Colour space in which displays draw, where they can.",
            options = {
                @Option(label = "srgb", value = "srgb"),
                @Option(label = "display-p3", value = "display-p3"),
                @Option(label = "rec2020", value = "rec2020")
            })
    String color_space() default "srgb";

    @AttributeDefinition(
            name = "Colour format",
            description = "8 bits or 16-bit floats for each channel, where displays can.",
            options = {@Option(label = "rgba8", value = "rgba8"), @Option(label = "rgba16f", value = "rgba16f")})
    String color_format() default "rgba8";

    @AttributeDefinition(
            name = "Background",
            required = false,
            description = "Colour such as #202020. Empty means the colour of the page's theme.")
    String background() default "";

    @AttributeDefinition(name = "Grid", description = "Whether displays show the grid.")
    boolean grid_visible() default true;

    @AttributeDefinition(
            name = "Grid, spacing",
            description = "World units between two main lines, 0.000001 to 1000000000.")
    double grid_spacing() default 100;

    @AttributeDefinition(
            name = "Grid, subdivisions",
            min = "1",
            max = "100",
            description = "Parts into which fine lines divide the space between two main lines.")
    int grid_subdivisions() default 10;

    @AttributeDefinition(
            name = "Grid, colour",
            required = false,
            description = "Colour such as #808080. Empty means the colour of the page's theme.")
    String grid_color() default "";

    @AttributeDefinition(
            name = "Units",
            description = "Name of a world unit of the canvas.",
            options = {
                @Option(label = "px", value = "px"),
                @Option(label = "mm", value = "mm"),
                @Option(label = "cm", value = "cm"),
                @Option(label = "m", value = "m"),
                @Option(label = "in", value = "in"),
                @Option(label = "ft", value = "ft")
            })
    String units() default "px";

    @AttributeDefinition(
            name = "Tiles",
            required = false,
            description = "Address of the canvas's tiles, with {z}, {x} and {y} in it: a path of this host that "
                    + "begins with one slash, or an https address. Empty means no tiles.")
    String canvas_tiles() default "";

    @AttributeDefinition(name = "Tiles, size", min = "16", max = "4096", description = "Pixels of a tile's side.")
    int canvas_tileSize() default 256;

    @AttributeDefinition(
            name = "Tiles, zoom",
            min = "0",
            max = "30",
            description = "The largest {z} for which there are tiles.")
    int canvas_maxZoom() default 20;

    @AttributeDefinition(
            name = "Cameras",
            required = false,
            description = "Cameras that exist from the beginning, each {\"name\":...,\"view\":{...}} with a view of "
                    + "the protocol; at most 64.")
    String[] cameras() default {};

    @AttributeDefinition(
            name = "2D camera",
            required = false,
            description = "2D camera that pages open with. Empty means the page's own choice.")
    String show_2d() default "";

    @AttributeDefinition(
            name = "3D camera",
            required = false,
            description = "3D camera that pages open with. Empty means the page's own choice.")
    String show_3d() default "";

    @AttributeDefinition(
            name = "Walls, trouble",
            description = "How walls show that their picture is not the newest, or why there is none: not at all, by a "
                    + "mark in a corner, by a coloured frame, or by both.",
            options = {
                @Option(label = "none", value = "none"),
                @Option(label = "mark", value = "mark"),
                @Option(label = "frame", value = "frame"),
                @Option(label = "both", value = "both")
            })
    String wall_trouble() default "none";
}
