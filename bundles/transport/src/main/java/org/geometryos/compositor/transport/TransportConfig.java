package org.geometryos.compositor.transport;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: transport",
        description = "Sockets, framing, and the time and memory that clients may take. Host and port are those of "
                + "the HTTP service.")
@interface TransportConfig {
    String PID = "org.geometryos.compositor.transport";

    @AttributeDefinition(
            name = "Message bytes",
            min = "1024",
            max = "1048576",
            description = "Length of the longest message of a client, in bytes. A longer one closes the connection "
                    + "with 1009.")
    int messageBytes() default 65_536;

    @AttributeDefinition(
            name = "Send buffer",
            min = "0",
            max = "16777216",
            description = "Send buffer of a socket, in bytes, asked of the kernel for new connections. A small "
                    + "buffer holds few old updates. 0 means the kernel's default.")
    int sendBuffer() default 65_536;

    @AttributeDefinition(
            name = "Busy detection",
            description = "Whether a missing receipt (WebSocket pong) makes a display busy although its socket "
                    + "takes more. Without it pings come with heartbeats only.")
    boolean busyDetection() default true;

    @AttributeDefinition(
            name = "Handover seconds",
            min = "1",
            max = "600",
            description = "Seconds that a message of a client waits while no endpoint is present. Then the "
                    + "connection is closed with 1012.")
    int handoverSeconds() default 10;

    @AttributeDefinition(
            name = "Message seconds",
            min = "1",
            max = "600",
            description = "Seconds within which a client has to complete a message, from its first byte. Then the "
                    + "connection is closed with 4408.")
    int messageSeconds() default 10;

    @AttributeDefinition(
            name = "Input bytes",
            min = "0",
            max = "1099511627776",
            description = "Memory for messages of all clients that are incomplete or wait, in bytes. 0 means a "
                    + "sixteenth of the heap; any other value is at least 1048576. Beyond it connections are closed "
                    + "with 4503, first those that have held most for longest.")
    long inputBytes() default 0;

    @AttributeDefinition(
            name = "Unsent bytes",
            min = "0",
            max = "1099511627776",
            description = "Memory for bytes that the sockets of all clients have not taken yet, in bytes. 0 means a "
                    + "sixteenth of the heap; any other value is at least 1048576. Beyond it connections are closed "
                    + "with 4503, first those that have held most for longest.")
    long unsentBytes() default 0;
}
