package org.geometryos.compositor.transport.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says whether the process can hold a further socket: a service of whoever watches its file descriptors. While there is
 * none, the transport takes each handshake that its handler accepts. Any thread.
 */
@ConsumerType
@FunctionalInterface
public interface SocketRoom {

    /** Whether one more display finds room. Comes with each handshake, so it answers from memory. */
    boolean roomForDisplay();
}
