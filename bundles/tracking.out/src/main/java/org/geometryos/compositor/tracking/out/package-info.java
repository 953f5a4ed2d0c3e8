/**
 * Cameras as tracking data: one sender for each configuration, which follows the journal from a position of its own and
 * lays out FreeD D1 or OpenTrackIO.
 */
package org.geometryos.compositor.tracking.out;
