package org.geometryos.compositor.mqtt;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link Settings} reads the properties itself.
 */
@ObjectClassDefinition(
        name = "Compositor Bridge: MQTT",
        description = "Takes cameras from an MQTT broker, and sends cameras and events to it. One configuration is one "
                + "broker.")
@interface MqttConfig {
    String PID = "org.geometryos.compositor.mqtt";

    @AttributeDefinition(name = "URL", description = "The broker: mqtt://HOST:1883, or mqtts://HOST:8883 with TLS.")
    String url();

    @AttributeDefinition(
            name = "Version",
            options = {
                @Option(label = "Automatic", value = "auto"),
                @Option(label = "5", value = "5"),
                @Option(label = "3.1.1", value = "3.1.1")
            },
            description = "The version of MQTT. auto tries 5, and 3.1.1 if the broker does not take it.")
    String version() default "auto";

    @AttributeDefinition(
            name = "Client id",
            required = false,
            description =
                    "What the broker knows this client by. Two clients of one id throw each other out. Empty means "
                            + "one that is made up.")
    String clientId() default "";

    @AttributeDefinition(name = "User", required = false, description = "The user at the broker. Empty means none.")
    String user() default "";

    @AttributeDefinition(
            name = "Password",
            required = false,
            type = AttributeType.PASSWORD,
            description = "The password of the user. Use a placeholder, $[env:NAME] or $[secret:NAME]. Without TLS it "
                    + "crosses the network in the clear.")
    String password();

    @AttributeDefinition(
            name = "Trusted certificates",
            required = false,
            description = "PEM file with the certificates that the broker's is checked against. Empty means those that "
                    + "Java trusts.")
    String trust() default "";

    @AttributeDefinition(
            name = "Check of the name",
            description = "Whether the broker's certificate must be one of the host in the URL.")
    boolean verifyName() default true;

    @AttributeDefinition(
            name = "Keep alive",
            type = AttributeType.INTEGER,
            min = "5",
            max = "50",
            description = "Seconds without a word after which this client and the broker take each other for lost.")
    int keepAlive() default Settings.KEEP_ALIVE;

    @AttributeDefinition(
            name = "Topic of the will",
            required = false,
            description = "A retained topic with online while this client is connected, and offline when it is not, by "
                    + "the last will. Empty means none.")
    String will() default "";

    @AttributeDefinition(
            name = "In",
            required = false,
            description =
                    "Rules TOPIC -> CAMERA, with ; between them. TOPIC may have + and #; {1} in CAMERA stands for "
                            + "the first +, {#} for what # matches, {name} for the name in the payload. Behind it how a payload "
                            + "of others is read: see docs/mqtt.md.")
    String in() default "";

    @AttributeDefinition(
            name = "Out",
            required = false,
            description = "Rules CAMERA -> TOPIC, with ; between them. * in CAMERA stands for any characters, {camera} "
                    + "in TOPIC for the name. Behind it rate=10 (states of a camera a second), qos=0 or 1, retain=true "
                    + "or false.")
    String out() default "";

    @AttributeDefinition(
            name = "Events",
            required = false,
            description = "Which events go out, with QoS 1: control, presence, scene, removed. Empty means none.")
    String events() default "";

    @AttributeDefinition(name = "Topic of events", description = "The topic of events, with {event} for the kind.")
    String eventTopic() default Settings.EVENT_TOPIC;

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
            name = "Delay",
            type = AttributeType.DOUBLE,
            min = "-1000",
            max = "10000",
            description = "Milliseconds by which the moment that a view shows lies before the time of the sample, or "
                    + "before the message came if it has none.")
    double delay() default 0;

    @AttributeDefinition(
            name = "Field of view",
            type = AttributeType.DOUBLE,
            min = "0.001",
            max = "179",
            description = "Vertical field of view in degrees, where a rule has no fov.")
    double fieldOfView() default Settings.FIELD_OF_VIEW;

    @AttributeDefinition(
            name = "Largest packet",
            type = AttributeType.INTEGER,
            min = "1024",
            max = "1048576",
            description = "Bytes of a packet from the broker. What is larger is left out and counted.")
    int maxPacket() default Settings.MAX_PACKET;

    @AttributeDefinition(
            name = "Queue of events",
            type = AttributeType.INTEGER,
            min = "0",
            max = "67108864",
            description = "Bytes of events that wait for the broker. Beyond it the oldest are dropped and counted.")
    int queueBytes() default Settings.QUEUE_BYTES;

    @AttributeDefinition(
            name = "Messages in flight",
            type = AttributeType.INTEGER,
            min = "1",
            max = "1000",
            description = "Messages with QoS 1 that the broker has not confirmed yet.")
    int inflight() default Settings.INFLIGHT;
}
