/**
 * Pictures of tiles: what lies in files as {@link org.geometryos.compositor.api.tiles.TileSource}, and what looks after
 * all sources and serves their pictures. {@link org.geometryos.compositor.tiles.files.Shelf} decides what is taken.
 */
package org.geometryos.compositor.tiles.files;
