/**
 * Control of cameras: who drives which one. Displays and tools call the
 * {@link org.geometryos.compositor.api.control.CameraBridge}; a source of cameras does not need this package.
 */
@Export
@Version("2.0.0")
package org.geometryos.compositor.api.control;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
