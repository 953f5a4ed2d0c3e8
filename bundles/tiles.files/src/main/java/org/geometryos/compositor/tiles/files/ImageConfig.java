package org.geometryos.compositor.tiles.files;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link PlaceSettings} reads the properties itself.
 */
@ObjectClassDefinition(
        name = "Compositor Bridge: tileset of a large picture",
        description = "A large picture, cut into tiles, as a tileset. One configuration is one tileset.")
@interface ImageConfig {
    String PID = "org.geometryos.compositor.tiles.files.image";

    @AttributeDefinition(
            name = "Image",
            description = "The picture, PNG or JPEG. A relative name is taken from the host's data folder.")
    String image();

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
            description = "Side of a tile in pixels, an even number.")
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
            name = "Tiles",
            type = AttributeType.INTEGER,
            min = "1",
            max = "4000000",
            description = "Number of tiles that it may become. A larger picture is refused.")
    int maxTiles() default PlaceSettings.MAX_TILES;

    @AttributeDefinition(
            name = "Memory",
            type = AttributeType.INTEGER,
            min = "16777216",
            max = "1073741824",
            description = "Memory for the part of the picture that is being cut, in bytes. The picture is decoded from "
                    + "its beginning for each part: with more memory cutting takes less time.")
    int workBytes() default PlaceSettings.WORK_BYTES;
}
