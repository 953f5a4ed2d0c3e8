package org.geometryos.compositor.broadcast;

/**
 * How much of an entry goes to a display. Only a transaction that moves a camera can go out in part; of all else each
 * extent is the whole.
 */
enum Extent {
    WHOLE(""),
    /** The view alone: who subscribed to the camera and not to the scene. */
    VIEW("#view"),
    /** Without the view: who subscribed to the scene and not to the camera. */
    SCENE("#scene");

    /** Tells the encodings of an entry's extents from one another. */
    final String suffix;

    Extent(String suffix) {
        this.suffix = suffix;
    }
}
