package org.geometryos.compositor.broadcast;

/**
 * What of an entry goes to a display. Only a transaction that moves a camera has parts; of all else each part is the
 * whole.
 */
enum Part {
    WHOLE(""),
    /** The view alone: who subscribed to the camera and not to the scene. */
    CAMERA("#camera"),
    /** Without the view: who subscribed to the scene and not to the camera. */
    SCENE("#scene");

    /** Tells the encodings of an entry's parts from one another. */
    final String suffix;

    Part(String suffix) {
        this.suffix = suffix;
    }
}
