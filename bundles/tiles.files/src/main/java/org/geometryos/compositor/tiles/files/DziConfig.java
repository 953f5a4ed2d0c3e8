package org.geometryos.compositor.tiles.files;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link PlaceSettings} reads the properties itself.
 */
@ObjectClassDefinition(
        name = "Compositor Bridge: tileset of a Deep Zoom picture",
        description = "A picture in the form of Deep Zoom as a tileset. One configuration is one tileset.")
@interface DziConfig {
    String PID = "org.geometryos.compositor.tiles.files.dzi";

    @AttributeDefinition(
            name = "Description",
            description = "The file NAME.dzi, with the folder NAME_files beside it. A relative name is taken from the "
                    + "host's data folder.")
    String description();

    @AttributeDefinition(
            name = "Tileset",
            required = false,
            description = "Name of the tileset, 1 to 64 of A-Z a-z 0-9 . _ -. Empty means what follows ~ in the PID.")
    String tileset() default "";

    @AttributeDefinition(
            name = "Pixels",
            type = AttributeType.INTEGER,
            min = "64",
            max = "2048",
            description =
                    "Side of a tile in pixels: the TileSize of the description, which is refused with another one.")
    int pixels() default PlaceSettings.PIXELS;

    @AttributeDefinition(
            name = "Size",
            type = AttributeType.DOUBLE,
            required = false,
            description = "Side of a tile of the deepest level in units of the canvas, 0.000001 to 1e9. Empty means "
                    + "as many as it has pixels.")
    double size();

    @AttributeDefinition(
            name = "Origin",
            description = "Where the picture has its upper left corner on the canvas: two numbers, separated by a "
                    + "comma.")
    String origin() default "0,0";

    @AttributeDefinition(
            name = "Order",
            type = AttributeType.INTEGER,
            min = "-1000000",
            max = "1000000",
            description = "Tilesets with a higher one lie above those with a lower one.")
    int order() default 0;

    @AttributeDefinition(
            name = "Opacity",
            type = AttributeType.DOUBLE,
            min = "0",
            max = "1",
            description = "Factor of the opacity, from 0, which nobody sees, to 1.")
    double opacity() default 1;

    @AttributeDefinition(
            name = "Files",
            type = AttributeType.INTEGER,
            min = "1",
            max = "4000000",
            description = "Number of tiles that it may have, and of files and folders that are looked at. Of a picture "
                    + "that has more nothing new is taken.")
    int maxFiles() default PlaceSettings.MAX_FILES;
}
