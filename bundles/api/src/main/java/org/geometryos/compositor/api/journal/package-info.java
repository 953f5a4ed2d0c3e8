/**
 * The one ordered sequence that displays receive: cameras, control, presence, scene and walls share its numbers.
 *
 * <p>Producers append; consumers (broadcaster, recorder, cluster) keep a position and read from it, so that each of
 * them can go away, come back and continue. The journal is bounded: what is too old is gone, and says so.
 */
@Export
@Version("3.0.0")
package org.geometryos.compositor.api.journal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
