/**
 * Conversions between the coordinates of the protocol and those of the world around it: pixels, the canvas and its
 * tiles in 2D; glTF, Z-up worlds, OpenTrackIO and FreeD in 3D.
 *
 * <p>Everything here is a value or a pure function, for any thread. What the package calls <em>glTF</em> are the
 * conventions of 3D views: right-handed, +Y up, the camera looks along its own -Z, metres. A
 * {@link org.geometryos.compositor.api.coordinates.Pose} and a
 * {@link org.geometryos.compositor.api.coordinates.YawPitchRoll} are always in them. A value that breaks a rule gives
 * an {@link org.geometryos.compositor.api.value.InvalidValueException}.
 */
@Export
@Version("1.1.0")
package org.geometryos.compositor.api.coordinates;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
