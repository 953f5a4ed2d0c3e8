package org.geometryos.compositor.broadcast;

/**
 * How much of an entry goes to a display. Only a transaction of several parts can go out in part; of all else each
 * extent is the whole.
 */
enum Extent {
    WHOLE("", true, true, true),
    /** The view alone: who subscribed to the camera and to no other part. */
    VIEW("#view", false, false, true),
    /** The scene without the view. */
    SCENE("#scene", false, true, false),
    /** The scene with the view, of a transaction on tiles. */
    SCENE_VIEW("#scene-view", false, true, true),
    /** Tiles alone. */
    TILES("#tiles", true, false, false),
    /** Tiles and scene without the view. */
    TILES_SCENE("#tiles-scene", true, true, false),
    /** Tiles and view without the scene. */
    TILES_VIEW("#tiles-view", true, false, true);

    /** Tells the encodings of an entry's extents from one another. */
    final String suffix;

    /** Whether tiles are a part of it, if there are any. */
    final boolean tiles;

    /** Whether the scene is a part of it, if there is one. */
    final boolean scene;

    /** Whether the view is a part of it, if there is one. */
    final boolean view;

    Extent(String suffix, boolean tiles, boolean scene, boolean view) {
        this.suffix = suffix;
        this.tiles = tiles;
        this.scene = scene;
        this.view = view;
    }
}
