package org.geometryos.compositor.camera.tracking;

/** What became of bytes: something that is valid, or a fault. */
sealed interface Decoded permits Segment, FreeDSample, OpenTrackIoSample, Fault {}
