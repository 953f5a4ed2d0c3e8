package org.geometryos.compositor.settings;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * What can be configured, as it stands in Config Admin: the names are the paths in {@code compose_config.json}. Describes it only:
 * {@link Settings} reads the properties itself, so that what it says of a wrong one names it, and the getters are never called.
 */
@ObjectClassDefinition(name = "Compositor Bridge: settings", description = "How all displays look. The file compose_config.json in the data folder sets the same.")
@interface SettingsConfig {
    String PID = "org.geometryos.compositor.settings";

    @AttributeDefinition(name = "Width", min = "1", max = "1000000", description = "Of the window that displays compose for, in physical pixels (1 to 1,000,000).")
    int window_width() default 1920;

    @AttributeDefinition(name = "Height", min = "1", max = "1000000", description = "The same (1 to 1,000,000).")
    int window_height() default 1080;

    @AttributeDefinition(name = "Pixel ratio", description = "Physical pixels per CSS pixel at which displays draw (0.1 to 16); 0: the screen's own.")
    double window_pixelRatio() default 0;

    @AttributeDefinition(name = "Colour space", description = "What displays draw in, where they can.",
            options = {@Option(label = "srgb", value = "srgb"), @Option(label = "display-p3", value = "display-p3"), @Option(label = "rec2020", value = "rec2020")})
    String color_space() default "srgb";

    @AttributeDefinition(name = "Colour format", description = "8 bits or 16-bit floats for each channel, where displays can.",
            options = {@Option(label = "rgba8", value = "rgba8"), @Option(label = "rgba16f", value = "rgba16f")})
    String color_format() default "rgba8";

    @AttributeDefinition(name = "Background", required = false, description = "A colour such as #202020; empty: as the page's theme has it.")
    String background() default "";

    @AttributeDefinition(name = "Grid", description = "Whether it is shown.")
    boolean grid_visible() default true;

    @AttributeDefinition(name = "Grid, spacing", description = "World units between two main lines (0.000001 to 1,000,000,000).")
    double grid_spacing() default 100;

    @AttributeDefinition(name = "Grid, subdivisions", min = "1", max = "100",
            description = "Into how many parts fine lines divide the space between two main lines (1 to 100).")
    int grid_subdivisions() default 10;

    @AttributeDefinition(name = "Grid, colour", required = false, description = "A colour such as #808080; empty: as the page's theme has it.")
    String grid_color() default "";

    @AttributeDefinition(name = "Units", description = "What a world unit of the canvas is called.",
            options = {@Option(label = "px", value = "px"), @Option(label = "mm", value = "mm"), @Option(label = "cm", value = "cm"),
                    @Option(label = "m", value = "m"), @Option(label = "in", value = "in"), @Option(label = "ft", value = "ft")})
    String units() default "px";

    @AttributeDefinition(name = "Tiles", required = false,
            description = "Address of the canvas's tiles with {z}, {x} and {y} in it: a path of this host that begins with one slash, or https. Empty: no tiles.")
    String canvas_tiles() default "";

    @AttributeDefinition(name = "Tiles, size", min = "16", max = "4096", description = "Pixels of a tile's side (16 to 4,096).")
    int canvas_tileSize() default 256;

    @AttributeDefinition(name = "Tiles, zoom", min = "0", max = "30", description = "The largest {z} there are tiles for (0 to 30).")
    int canvas_maxZoom() default 20;

    @AttributeDefinition(name = "Cameras", required = false,
            description = "Cameras that are there from the beginning, each {\"name\":...,\"view\":{...}} as the protocol has views (64 at most).")
    String[] cameras() default {};

    @AttributeDefinition(name = "2D camera", required = false, description = "The one that pages open with; empty: the page's own choice.")
    String show_2d() default "";

    @AttributeDefinition(name = "3D camera", required = false, description = "The one that pages open with; empty: the page's own choice.")
    String show_3d() default "";
}
