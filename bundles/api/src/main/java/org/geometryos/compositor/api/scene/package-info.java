/**
 * The scene (protocol, "The scene"): models, and the transactions that change them.
 *
 * <p>Begin with {@link org.geometryos.compositor.api.scene.SceneService}: through it a bundle changes the scene as a
 * display does. {@link org.geometryos.compositor.api.scene.Scene} is the scene at one moment; it says itself what a
 * transaction makes of it, so that whoever follows the sequence ends with the same. The records check their own values:
 * an instance is always valid. With a {@link org.geometryos.compositor.api.scene.ModelSource} a bundle brings along the
 * assets that models name.
 */
@Export
@Version("2.0.0")
package org.geometryos.compositor.api.scene;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
