package org.geometryos.compositor.transport;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: transport",
        description = "Sockets and framing. Host and port are those of the HTTP service.")
@interface TransportConfig {
    String PID = "org.geometryos.compositor.transport";

    @AttributeDefinition(name = "Message bytes", min = "1024", max = "1048576",
            description = "The longest message taken from a client, in bytes (1,024 to 1,048,576). A longer one closes the connection with 1009.")
    int messageBytes() default 65_536;

    @AttributeDefinition(name = "Send buffer", min = "0", max = "16777216",
            description = "The socket's send buffer asked of the kernel, in bytes; small, so that old updates do not pile up in it. 0 leaves it to the kernel. For new connections.")
    int sendBuffer() default 65_536;

    @AttributeDefinition(name = "Busy detection", description = "Whether a display from which no receipt (pong) comes back is regarded as busy, although its socket takes more.")
    boolean busyDetection() default true;

    @AttributeDefinition(name = "Handover seconds", min = "1", max = "600",
            description = "How long a message of a client waits while no endpoint is there, in seconds (1 to 600); then the connection is closed with 1012.")
    int handoverSeconds() default 10;

    @AttributeDefinition(name = "Header seconds", min = "1", max = "600",
            description = "How long a client may take to complete the header of an HTTP request, in seconds (1 to 600), from its connect (TLS included) or, on a connection that is kept alive, from the first byte of a further request. Then the connection is closed.")
    int headerSeconds() default 10;

    @AttributeDefinition(name = "Handshakes", min = "10", max = "1000000",
            description = "How many connections may wait for the end of their request header at a time (10 to 1,000,000); beyond it the oldest is closed.")
    int handshakes() default 2_000;

    @AttributeDefinition(name = "HTTP connections", min = "10", max = "1000000",
            description = "How many connections that are no WebSocket may be there at a time (10 to 1,000,000), and at most a quarter of the file descriptors that sockets may have; beyond it the one that is idle for longest is closed.")
    int httpConnections() default 2_000;

    @AttributeDefinition(name = "Message seconds", min = "1", max = "600",
            description = "How long a client may take for a message, from its first byte to its last, in seconds (1 to 600). Then the connection is closed with 4408.")
    int messageSeconds() default 10;

    @AttributeDefinition(name = "Input bytes", min = "0", max = "1099511627776",
            description = "Memory for messages of all clients that are not complete or have to wait, in bytes (1,048,576 to 1,099,511,627,776; 0: a sixteenth of the heap). Beyond it "
                    + "connections are closed with 4503, those first that have held most for longest.")
    long inputBytes() default 0;

    @AttributeDefinition(name = "Unsent bytes", min = "0", max = "1099511627776",
            description = "Memory for what the sockets of all clients have not taken yet, in bytes (1,048,576 to 1,099,511,627,776; 0: a sixteenth of the heap). Beyond it "
                    + "connections are closed with 4503, those first that have held most for longest.")
    long unsentBytes() default 0;
}
