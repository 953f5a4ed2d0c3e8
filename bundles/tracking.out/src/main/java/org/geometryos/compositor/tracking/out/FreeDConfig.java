package org.geometryos.compositor.tracking.out;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link Settings} reads the properties itself.
 */
@ObjectClassDefinition(
        name = "Compositor Bridge: target of FreeD D1",
        description = "Sends a camera as tracking data over UDP. One configuration is one target.")
@interface FreeDConfig {
    String PID = "org.geometryos.compositor.tracking.out.freed";

    @AttributeDefinition(name = "Camera", description = "Name of the camera that is sent.")
    String camera();

    @AttributeDefinition(name = "Address", description = "IP address of the receiver, or of a multicast group.")
    String address();

    @AttributeDefinition(
            name = "Port",
            type = AttributeType.INTEGER,
            min = "1",
            max = "65535",
            description = "UDP port. None is standardised; 40000 is the most common.")
    int port() default Settings.FREED_PORT;

    @AttributeDefinition(
            name = "Interface",
            required = false,
            description = "Network interface by which the group is reached, by its name or one of its addresses. "
                    + "Empty means what the system chooses.")
    String interface$() default "";

    @AttributeDefinition(
            name = "Hops",
            type = AttributeType.INTEGER,
            min = "0",
            max = "255",
            description = "Number of networks that a packet to a group may pass; 0 is this host alone.")
    int ttl() default 1;

    @AttributeDefinition(
            name = "Rate",
            required = false,
            description = "Packets a second, from 1 to 240, interpolated between samples: whole, as 59.94, or as "
                    + "30000/1001. 0 or empty means one packet for each sample, at most 1000 a second.")
    String rate() default "";

    @AttributeDefinition(
            name = "Lag",
            type = AttributeType.DOUBLE,
            min = "0",
            max = "1000",
            description = "With a rate: milliseconds by which what is sent lies behind. It should be longer than "
                    + "the time between two samples, or nothing lies behind to interpolate with.")
    double lag() default Settings.LAG;

    @AttributeDefinition(
            name = "Position of the offset",
            description = "Origin of the tracking system in the world of the displays: x (right), y (up), z "
                    + "(back), in metres.")
    String offsetPosition() default "0,0,0";

    @AttributeDefinition(
            name = "Rotation of the offset",
            description = "Rotation of the tracking system in the world of the displays: yaw (to the left), "
                    + "pitch (up), roll (counter-clockwise from behind), in degrees.")
    String offsetRotation() default "0,0,0";

    @AttributeDefinition(
            name = "Axes",
            description = "Which of the sent x, y, z point to the right, ahead and up; - in front of one that "
                    + "points the other way. The same text as at a receiver.")
    String axes() default "x,y,z";

    @AttributeDefinition(
            name = "Angles",
            description = "Which of the sent pan, tilt, roll are pan, tilt and roll; - in front of one that "
                    + "turns the other way. The same text as at a receiver.")
    String angles() default "pan,tilt,roll";

    @AttributeDefinition(
            name = "Sensor",
            description = "Width and height of the sensor in mm, of cameras that do not say theirs.")
    String sensor() default Settings.SENSOR;

    @AttributeDefinition(
            name = "Zoom",
            required = false,
            description = "What zoom encoders read: pairs reading=value. The value is a vertical field of view "
                    + "in degrees or, with mm, a focal length. It has to rise or fall all the way. Example: "
                    + "0=60 8192=22 16384=3.5. Values between two readings are linear. Empty means none.")
    String zoom() default "";

    @AttributeDefinition(
            name = "Focus",
            required = false,
            description = "What focus encoders read: pairs reading=distance, in metres. Example: 0=0.5 30000=3 "
                    + "65535=100. Empty means none.")
    String focus() default "";

    @AttributeDefinition(
            name = "Device",
            type = AttributeType.INTEGER,
            min = "0",
            max = "255",
            description = "Id (number) of the device that is sent.")
    int id() default 1;
}
