/**
 * Cameras: what a view is, and how a source of your own hands its views to the bridge.
 *
 * <p>Begin with {@link org.geometryos.compositor.api.camera.CameraSource}: register one as an OSGi service, and the
 * camera bridge gives it a {@link org.geometryos.compositor.api.camera.CameraSink} to push
 * {@link org.geometryos.compositor.api.camera.CameraUpdate}s into. Conventions of views are those of the compositor
 * protocol, "Views": lengths in world units (metres for 3D), angles in radians, screen sizes in physical pixels. The
 * records check their own values: an instance is always valid.
 */
@Export
@Version("3.0.0")
package org.geometryos.compositor.api.camera;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
