/**
 * The seam between sockets and everything else. JDK types only: what crosses it outlives either side.
 *
 * <p>The {@code transport} bundle owns the sockets and registers a
 * {@link org.geometryos.compositor.transport.api.Transport}. One
 * {@link org.geometryos.compositor.transport.api.LinkHandler} decides handshakes and takes what comes in; any number of
 * {@link org.geometryos.compositor.transport.api.LinkListener}s learn of sockets that come, go, change and can take
 * more. Both are services (whiteboard) and may be replaced at any time while the sockets stay. So is a
 * {@link org.geometryos.compositor.transport.api.SocketRoom}, which says whether there is room for a further socket,
 * and a {@link org.geometryos.compositor.transport.api.SocketWriter}, which writes to sockets for less.
 */
@Export
@Version("2.4.0")
package org.geometryos.compositor.transport.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
