package org.geometryos.compositor.tiles.files;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link PlaceSettings} reads the properties itself.
 */
@ObjectClassDefinition(
        name = "Compositor Bridge: tileset of a PMTiles archive",
        description = "The pictures of a PMTiles archive as a tileset. One configuration is one tileset.")
@interface PmtilesConfig {
    String PID = "org.geometryos.compositor.tiles.files.pmtiles";

    @AttributeDefinition(
            name = "Archive",
            description = "The file, such as map.pmtiles, of PNG, JPEG or WebP pictures. A relative name is taken from "
                    + "the host's data folder.")
    String archive();

    @AttributeDefinition(
            name = "Tileset",
            required = false,
            description = "Name of the tileset, 1 to 64 of A-Z a-z 0-9 . _ -. Empty means what follows ~ in the PID.")
    String tileset() default "";

    @AttributeDefinition(
            name = "Pixels",
            type = AttributeType.INTEGER,
            min = "1",
            max = "8192",
            description = "Side of a picture in pixels. A larger picture is refused.")
    int pixels() default PlaceSettings.PIXELS;

    @AttributeDefinition(
            name = "Least level",
            type = AttributeType.INTEGER,
            min = "0",
            max = "30",
            description = "The level of the largest tiles, z.")
    int minZoom() default 0;

    @AttributeDefinition(
            name = "Deepest level",
            type = AttributeType.INTEGER,
            min = "0",
            max = "30",
            description = "The level of the smallest tiles, z. An archive with other levels is refused.")
    int maxZoom() default PlaceSettings.MAX_ZOOM;

    @AttributeDefinition(
            name = "Size",
            type = AttributeType.DOUBLE,
            required = false,
            description = "Side of a tile of the deepest level in units of the canvas, 0.000001 to 1e9. Empty means "
                    + "as many as it has pixels.")
    double size();

    @AttributeDefinition(
            name = "Origin",
            description =
                    "Where tile z/0/0 has its upper left corner on the canvas: two numbers, separated by a " + "comma.")
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
            description =
                    "Number of tiles that it may have. Of an archive that has more nothing new is taken. An entry "
                            + "of its directories takes 24 bytes of memory.")
    int maxFiles() default PlaceSettings.MAX_FILES;
}
