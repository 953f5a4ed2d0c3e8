/**
 * Figures of the parts for whoever watches over the host. A part, or any bundle of somebody else, registers a
 * {@link org.geometryos.compositor.api.metrics.Meter} as a service; the bundle {@code metrics} reads all of them when
 * it is asked, and serves them to Prometheus and over JMX.
 */
@Export
@Version("1.0.0")
package org.geometryos.compositor.api.metrics;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
