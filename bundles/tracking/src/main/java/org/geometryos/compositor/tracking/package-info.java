/**
 * What receivers and senders of camera tracking have in common: the layouts of FreeD D1 and of OpenTrackIO's packets,
 * axes, curves of encoders, and how they stand in configurations. Not deployed: the bundles that use it carry it in
 * themselves.
 */
package org.geometryos.compositor.tracking;
