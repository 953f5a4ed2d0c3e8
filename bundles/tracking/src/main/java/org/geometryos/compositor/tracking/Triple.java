package org.geometryos.compositor.tracking;

/** Three numbers in the order in which a format names them: x, y, z, or pan, tilt, roll. */
public record Triple(double first, double second, double third) {}
