/** Who is connected: sessions and displays, roles, subscriptions, and the connection manager that keeps them. */
@Export
@Version("3.3.0")
package org.geometryos.compositor.api.connection;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
