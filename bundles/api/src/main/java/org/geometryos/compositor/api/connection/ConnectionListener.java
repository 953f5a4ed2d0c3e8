package org.geometryos.compositor.api.connection;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Registered as a service, it is told what becomes of sessions, in order, on one thread of the connection manager's. A
 * listener that throws harms nobody; one that is so slow that more than 10,000 events wait for it misses the oldest,
 * which is logged: {@link ConnectionManager#sessions()} is the truth. What happened before it was registered it is not
 * told.
 */
@ConsumerType
public interface ConnectionListener {

    /** A session began. */
    default void opened(Session session) {}

    /** A session lost its socket, was resumed, or has other settings. */
    default void changed(Session session) {}

    /** A session ended. */
    default void closed(Session session, String reason) {}
}
