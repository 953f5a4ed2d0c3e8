/**
 * The scene: models and what is done with them as atomic transactions. So far the shape of its messages only.
 */
@Export
@Version("0.1.0")
package org.geometryos.compositor.api.scene;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
