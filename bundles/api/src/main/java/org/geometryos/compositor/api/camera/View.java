package org.geometryos.compositor.api.camera;

/** What a camera shows: a 2D viewport of the infinite canvas or a 3D camera (protocol, "Views"). Immutable. */
public sealed interface View permits View2d, View3d {}
