package org.geometryos.compositor.api.tiles;

import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * A tileset and the tiles of it that there are.
 *
 * @param tiles all of them of levels that the tileset has
 */
public record TileLayer(Tileset tileset, TileTree tiles) {
    public TileLayer {
        Checks.present("tileset", tileset);
        Checks.present("tiles", tiles);
        if (!tiles.isEmpty() && (tiles.minZoom() < tileset.minZoom() || tiles.maxZoom() > tileset.maxZoom())) {
            throw new InvalidValueException(
                    "tiles",
                    "levels " + tiles.minZoom() + " to " + tiles.maxZoom(),
                    "must be of levels " + tileset.minZoom() + " to " + tileset.maxZoom() + " of tileset "
                            + tileset.id());
        }
    }
}
