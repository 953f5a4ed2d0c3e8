package org.geometryos.compositor.tiles.files;

import org.geometryos.compositor.api.tiles.TileSource;

/** What a configuration makes a tileset of. */
interface Place extends TileSource {

    /**
     * It is not asked any more.
     *
     * @param gone whether its tileset is gone for good, so that nothing of it is to be kept
     */
    default void close(boolean gone) {}
}
