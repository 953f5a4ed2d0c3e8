/**
 * Walls: groups of displays that show one picture together. What a wall and its members are, the delay that all of them
 * share, what members report, the figures made of that, and the service that keeps them.
 */
@Export
@Version("1.0.0")
package org.geometryos.compositor.api.wall;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
