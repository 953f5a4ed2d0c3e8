/**
 * What was recorded: the recorder, how it is, and its recordings, to be listed, read and played again.
 *
 * <p>A recording is what became of one run of the sequence (an epoch). The recorder writes it; whoever wants to play,
 * export or look at it reads it in pages, while it grows, too.
 */
@Export
@Version("1.1.0")
package org.geometryos.compositor.api.recording;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
