/**
 * What puts the entries of several hosts into one order: an engine outside of them, as a service. The bundle
 * {@code cluster} makes the one sequence of it; without such a service nothing of that runs.
 *
 * <p>An engine need not be careful: what it may lose, double, delay and turn is said here, and the readers see to it.
 */
@Export
@Version("1.0.0")
package org.geometryos.compositor.api.log;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
