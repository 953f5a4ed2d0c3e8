package org.geometryos.compositor.tracking;

/** What became of bytes: something that is valid, or a fault. */
public interface Decoded {}
