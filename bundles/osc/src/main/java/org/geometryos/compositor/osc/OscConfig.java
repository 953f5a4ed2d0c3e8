package org.geometryos.compositor.osc;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link Settings} reads the properties itself.
 */
@ObjectClassDefinition(
        name = "Compositor Bridge: OSC",
        description =
                "Takes and sends Open Sound Control over UDP. One configuration is one port and one camera source.")
@interface OscConfig {
    String PID = "org.geometryos.compositor.osc";

    @AttributeDefinition(
            name = "Port",
            type = AttributeType.INTEGER,
            min = "1",
            max = "65535",
            description = "UDP port at which messages are taken.")
    int port() default Settings.PORT;

    @AttributeDefinition(
            name = "Address",
            description = "An IP address of this host at which messages are taken; 0.0.0.0 for all. Any but "
                    + "loopback needs a list of those who may send.")
    String bind() default "127.0.0.1";

    @AttributeDefinition(
            name = "Allowed senders",
            required = false,
            description = "IP addresses of those who may send, separated by commas; at most 64. Empty means "
                    + "programs of this host alone.")
    String allow() default "";

    @AttributeDefinition(
            name = "Prefix",
            description = "What all OSC addresses begin with, in messages and in feedback. / means nothing.")
    String prefix() default Settings.PREFIX;

    @AttributeDefinition(
            name = "Source",
            required = false,
            description = "Name of this source, as displays see it, 1 to 64 of A-Z a-z 0-9 . _ -. Empty means what "
                    + "follows ~ in the PID.")
    String source() default "";

    @AttributeDefinition(
            name = "Priority",
            type = AttributeType.INTEGER,
            min = "-2147483648",
            max = "2147483647",
            description = "The source takes a camera from a holder of lower priority. Displays have 10 unless "
                    + "configured.")
    int priority() default 0;

    @AttributeDefinition(
            name = "Wait",
            type = AttributeType.INTEGER,
            min = "0",
            max = "60",
            description = "Seconds that the time of a bundle may lie ahead; until then its messages wait. What lies "
                    + "further ahead is dropped.")
    int wait$() default Settings.WAIT;

    @AttributeDefinition(
            name = "Feedback",
            required = false,
            description = "Where changes are told, as 10.0.0.7:9001, separated by commas; at most 16. Empty means "
                    + "nowhere.")
    String feedback() default "";

    @AttributeDefinition(
            name = "Feedback rate",
            type = AttributeType.INTEGER,
            min = "1",
            max = "120",
            description = "How often changes are told at most, per second. The newest state is told.")
    int feedbackRate() default Settings.RATE;

    @AttributeDefinition(
            name = "Echo",
            type = AttributeType.BOOLEAN,
            description = "Whether changes of cameras by this source itself are told, too.")
    boolean echo() default false;
}
