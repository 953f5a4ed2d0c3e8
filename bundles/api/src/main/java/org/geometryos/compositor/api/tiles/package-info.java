/**
 * Tiles of the canvas (protocol, "Tiles"): tilesets, which tiles of them there are, and the transactions that change
 * them.
 *
 * <p>Begin with {@link org.geometryos.compositor.api.tiles.TileService}: through it a bundle changes tiles as a client
 * does. {@link org.geometryos.compositor.api.tiles.Tiles} is everything at one moment; it says itself what a
 * transaction makes of it, so that whoever follows the sequence ends with the same. The pictures themselves are not
 * here: a tileset has the address that they are fetched from. A bundle that has pictures registers a
 * {@link org.geometryos.compositor.api.tiles.TileSource}.
 */
@Export
@Version("1.2.0")
package org.geometryos.compositor.api.tiles;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
