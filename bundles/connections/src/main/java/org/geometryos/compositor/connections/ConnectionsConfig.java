package org.geometryos.compositor.connections;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: connections",
        description = "Heartbeat, resume, limits and draining of connections.")
@interface ConnectionsConfig {
    String PID = "org.geometryos.compositor.connections";

    @AttributeDefinition(
            name = "Heartbeat interval",
            min = "100",
            max = "600000",
            description = "Milliseconds between two heartbeats.")
    long heartbeatInterval() default 10_000;

    @AttributeDefinition(
            name = "Heartbeat timeout",
            min = "200",
            max = "3600000",
            description = "Milliseconds of silence after which a client is closed with 4408. Must be above "
                    + "heartbeatInterval. A pause of the host itself does not count.")
    long heartbeatTimeout() default 30_000;

    @AttributeDefinition(
            name = "Resume window",
            min = "0",
            max = "3600000",
            description = "Milliseconds that a session outlives its socket.")
    long resumeWindow() default 60_000;

    @AttributeDefinition(
            name = "Hello timeout",
            min = "100",
            max = "600000",
            description = "Milliseconds within which a new connection has to send hello. Otherwise it is closed "
                    + "with 4408.")
    long helloTimeout() default 10_000;

    @AttributeDefinition(
            name = "Requests per second, view",
            min = "1",
            max = "1000000",
            description = "Requests per second of one client of role view. A request counts as one per 2 KiB of its "
                    + "length.")
    int requestsPerSecondView() default 100;

    @AttributeDefinition(
            name = "Requests per second, control",
            min = "1",
            max = "1000000",
            description = "Requests per second of one client of role control or admin, counted in the same way.")
    int requestsPerSecondControl() default 20_000;

    @AttributeDefinition(
            name = "Connections",
            min = "1",
            max = "1000000",
            description = "Connections in all. The handshake of one more is refused with 503. At most as many "
                    + "sessions wait for their display.")
    int maxConnections() default 16_384;

    @AttributeDefinition(
            name = "Connections per key",
            min = "0",
            max = "1000000",
            description = "Connections with one key. 0 means no limit.")
    int maxConnectionsPerKey() default 0;

    @AttributeDefinition(
            name = "Connections per address",
            min = "0",
            max = "1000000",
            description = "Connections from one address. 0 means no limit.")
    int maxConnectionsPerAddress() default 0;

    @AttributeDefinition(
            name = "Handshakes per second",
            min = "0",
            max = "1000000",
            description = "Handshakes per second from one address, in bursts of one second. 0 means no limit.")
    int handshakesPerSecond() default 5_000;

    @AttributeDefinition(
            name = "Drain over",
            min = "0",
            max = "3600000",
            description = "Milliseconds over which draining moves the displays away, unless the request to drain "
                    + "says otherwise.")
    long drainOver() default 10_000;

    @AttributeDefinition(
            name = "Drain, reconnect after",
            min = "0",
            max = "3600000",
            description = "Milliseconds after which a display that was moved away may come back, unless the request "
                    + "to drain says otherwise.")
    long drainReconnectAfter() default 1_000;

    @AttributeDefinition(
            name = "Remembered displays",
            min = "0",
            max = "1000000",
            description = "Displays whose settings are remembered. Beyond that the display that was away for "
                    + "longest is forgotten first.")
    int rememberedDisplays() default 10_000;

    @AttributeDefinition(
            name = "Subscription bytes",
            min = "0",
            max = "1099511627776",
            description = "Memory for the names in all subscriptions, in bytes. 0 means a sixteenth of the heap; "
                    + "any other value is at least 1048576. Beyond it the connections that name most are closed "
                    + "with 4429.")
    long subscriptionBytes() default 0;

    @AttributeDefinition(
            name = "Waiting bytes",
            min = "0",
            max = "1099511627776",
            description = "Memory for sessions that wait for their display, in bytes. 0 means a sixteenth of the "
                    + "heap; any other value is at least 1048576. Beyond it sessions end, first the oldest of the "
                    + "key and address that have most of them.")
    long waitingBytes() default 0;
}
