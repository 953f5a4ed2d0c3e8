/**
 * The world of the demo: a map that nobody drew, as a {@link org.geometryos.compositor.api.tiles.TileSource} that makes
 * each picture when it is asked for. {@link org.geometryos.compositor.tiles.world.Land} says what is where,
 * {@link org.geometryos.compositor.tiles.world.Painter} what that looks like.
 */
package org.geometryos.compositor.tiles.world;
