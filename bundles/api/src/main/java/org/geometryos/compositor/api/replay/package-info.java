/**
 * A hand on what is played: each configured replay is a {@link org.geometryos.compositor.api.replay.Playback}, a
 * service that tells where it is and takes commands: play, pause, seek, step, loop, speed.
 */
@Export
@Version("1.1.0")
package org.geometryos.compositor.api.replay;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
