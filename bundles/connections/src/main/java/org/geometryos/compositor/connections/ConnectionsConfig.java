package org.geometryos.compositor.connections;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: connections", description = "Heartbeat, resume, limits and draining of connections.")
@interface ConnectionsConfig {
    String PID = "org.geometryos.compositor.connections";

    @AttributeDefinition(name = "Heartbeat interval", min = "100", max = "600000",
            description = "Milliseconds between heartbeats (100 to 600,000).")
    long heartbeatInterval() default 10_000;

    @AttributeDefinition(name = "Heartbeat timeout", min = "200", max = "3600000",
            description = "A client that has sent nothing for so many milliseconds is closed with 4408 (more than the interval, at most 3,600,000).")
    long heartbeatTimeout() default 30_000;

    @AttributeDefinition(name = "Resume window", min = "0", max = "3600000",
            description = "How long a session outlives its socket, in milliseconds (0 to 3,600,000).")
    long resumeWindow() default 60_000;

    @AttributeDefinition(name = "Hello timeout", min = "100", max = "600000",
            description = "A client that has not said hello after so many milliseconds is closed with 4408 (100 to 600,000).")
    long helloTimeout() default 10_000;

    @AttributeDefinition(name = "Requests per second, view", min = "1", max = "1000000", description = "What a client of role view may ask (1 to 1,000,000).")
    int requestsPerSecondView() default 100;

    @AttributeDefinition(name = "Requests per second, control", min = "1", max = "1000000",
            description = "What a client of role control or admin may ask (1 to 1,000,000).")
    int requestsPerSecondControl() default 20_000;

    @AttributeDefinition(name = "Connections", min = "1", max = "1000000",
            description = "Connections in all (1 to 1,000,000); one more is refused with 503. As many sessions at most wait for their display.")
    int maxConnections() default 16_384;

    @AttributeDefinition(name = "Connections per key", min = "0", max = "1000000",
            description = "Connections with one key (0 to 1,000,000; 0: no limit of its own).")
    int maxConnectionsPerKey() default 0;

    @AttributeDefinition(name = "Connections per address", min = "0", max = "1000000",
            description = "Connections from one address (0 to 1,000,000; 0: no limit of its own).")
    int maxConnectionsPerAddress() default 0;

    @AttributeDefinition(name = "Handshakes per second", min = "0", max = "1000000",
            description = "Handshakes per second from one address, of which one second's worth may come at once (0 to 1,000,000; 0: no limit).")
    int handshakesPerSecond() default 5_000;

    @AttributeDefinition(name = "Drain over", min = "0", max = "3600000",
            description = "Milliseconds over which draining moves the displays away, unless it is told otherwise (0 to 3,600,000).")
    long drainOver() default 10_000;

    @AttributeDefinition(name = "Drain, reconnect after", min = "0", max = "3600000",
            description = "Milliseconds after which a display that is moved away may come back, unless draining is told otherwise (0 to 3,600,000).")
    long drainReconnectAfter() default 1_000;

    @AttributeDefinition(name = "Remembered displays", min = "0", max = "1000000",
            description = "Of how many displays the settings are remembered; those not seen for longest go first (0 to 1,000,000).")
    int rememberedDisplays() default 10_000;

    @AttributeDefinition(name = "Subscription bytes", min = "0", max = "1099511627776",
            description = "Memory for the names in all subscriptions, in bytes, estimated (1,048,576 to 1,099,511,627,776; 0: a sixteenth of the heap). Beyond it the "
                    + "connections that name most are closed with 4429.")
    long subscriptionBytes() default 0;

    @AttributeDefinition(name = "Waiting bytes", min = "0", max = "1099511627776",
            description = "Memory for sessions that wait for their display, in bytes, estimated (1,048,576 to 1,099,511,627,776; 0: a sixteenth of the heap). Beyond it "
                    + "sessions end, the oldest first of the key and address from which most of them came.")
    long waitingBytes() default 0;
}
