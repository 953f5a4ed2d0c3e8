package org.geometryos.compositor.http.guard;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: HTTP guard",
        description = "The time and the number of connections of the HTTP service that are no WebSocket, or not yet.")
@interface GuardConfig {
    String PID = "org.geometryos.compositor.http.guard";

    @AttributeDefinition(
            name = "Header seconds",
            min = "1",
            max = "600",
            description = "Seconds within which a client has to complete the header of an HTTP request. They count "
                    + "from its connect, TLS included, or from the first byte of a further request. Then the "
                    + "connection is closed.")
    int headerSeconds() default 10;

    @AttributeDefinition(
            name = "Handshakes",
            min = "10",
            max = "1000000",
            description = "Connections that may wait for the end of their request header at a time. Beyond that the "
                    + "oldest is closed.")
    int handshakes() default 2_000;

    @AttributeDefinition(
            name = "HTTP connections",
            min = "10",
            max = "1000000",
            description = "Connections that are no WebSocket, at a time; never more than a quarter of the file "
                    + "descriptors for sockets. Beyond that the one that was idle for longest is closed.")
    int httpConnections() default 2_000;
}
