package org.geometryos.compositor.cluster.nats;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(
        name = "Compositor Bridge: cluster, NATS",
        description = "The log that several hosts share, as a stream of NATS JetStream. The same on all hosts.")
@interface NatsConfig {
    String PID = "org.geometryos.compositor.cluster.nats";

    @AttributeDefinition(
            name = "Servers",
            required = false,
            description = "The servers, separated by commas: nats://HOST:4222, or tls://HOST:4222. Empty means none.")
    String servers() default "";

    @AttributeDefinition(
            name = "Name",
            description = "Begins the names of the stream and the bucket, 1 to 32 of A-Z a-z 0-9 _ -. Hosts of one "
                    + "name share one sequence.")
    String name() default "compositor";

    @AttributeDefinition(name = "User", required = false, description = "The user at the servers. Empty means none.")
    String user() default "";

    @AttributeDefinition(
            name = "Password",
            required = false,
            type = AttributeType.PASSWORD,
            description = "The password of the user. Use a placeholder, $[env:NAME] or $[secret:NAME]. Without TLS it "
                    + "crosses the network in the clear.")
    String password() default "";

    @AttributeDefinition(
            name = "Token",
            required = false,
            type = AttributeType.PASSWORD,
            description = "A token in place of user and password, as a placeholder like them.")
    String token() default "";

    @AttributeDefinition(
            name = "Trusted certificates",
            required = false,
            description = "PEM file with the certificates that the servers' are checked against. Empty means those "
                    + "that Java trusts.")
    String trust() default "";

    @AttributeDefinition(
            name = "Replicas",
            type = AttributeType.INTEGER,
            options = {
                @Option(label = "1", value = "1"),
                @Option(label = "3", value = "3"),
                @Option(label = "5", value = "5")
            },
            min = "1",
            max = "5",
            description = "The number of servers on which a new stream stands. 3 bear the loss of one server; 1 bears "
                    + "none, and a power failure costs what the server had not written to its disk.")
    int replicas() default 1;

    @AttributeDefinition(
            name = "Storage",
            options = {@Option(label = "File", value = "file"), @Option(label = "Memory", value = "memory")},
            description = "Where the servers keep a new stream.")
    String storage() default "file";

    @AttributeDefinition(
            name = "Bytes",
            min = "67108864",
            max = "1099511627776",
            description = "The largest size of a new stream, in bytes, on each of its servers; the oldest records go. "
                    + "It holds what a minute brings several times over. Checkpoints come on top.")
    long bytes() default 1L << 30;
}
