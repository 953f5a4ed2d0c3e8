package org.geometryos.compositor.tiles;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: tiles", description = "Limits of the tiles of the canvas.")
@interface TilesConfig {
    String PID = "org.geometryos.compositor.tiles";

    @AttributeDefinition(name = "Tilesets", min = "1", max = "64", description = "Tilesets in all.")
    int maxTilesets() default 64;

    @AttributeDefinition(
            name = "Tiles",
            min = "1",
            max = "100000000",
            description = "Tiles in all, of all tilesets together.")
    int maxTiles() default 4_000_000;

    @AttributeDefinition(
            name = "Bytes",
            min = "0",
            max = "4294967296",
            description = "Memory for the sets of tiles, in bytes. A tile that differs from its neighbours takes 24 to "
                    + "56 bytes, one that stands alone 56 for each level above it, a region of one version almost "
                    + "nothing. 0 means 64 MiB, or an eighth of a heap below 512 MiB; any other value is at least "
                    + "65536.")
    long maxBytes() default 0;
}
