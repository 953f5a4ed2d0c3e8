package org.geometryos.compositor.camera.tracking;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link Settings} and {@link FreeDOptions} read the properties themselves.
 */
@ObjectClassDefinition(
        name = "Compositor Bridge: receiver of FreeD D1",
        description = "Receives camera tracking over UDP. One configuration is one receiver and one camera source.")
@interface FreeDConfig {
    String PID = "org.geometryos.compositor.camera.tracking.freed";
    String CAMERA = "{receiver}/{id}";

    @AttributeDefinition(
            name = "Port",
            type = AttributeType.INTEGER,
            min = "1",
            max = "65535",
            description = "UDP port. None is standardised; 40000 is the most common.")
    int port() default FreeDOptions.PORT;

    @AttributeDefinition(
            name = "Address",
            required = false,
            description = "An IP address of this host at which to receive; 0.0.0.0 for all. Anybody who reaches it "
                    + "moves the cameras. Empty means 127.0.0.1 without a group, and the group alone with one. With "
                    + "a group only 0.0.0.0 is possible.")
    String bind() default "";

    @AttributeDefinition(
            name = "Multicast group",
            required = false,
            description = "Multicast group to join. Empty means none.")
    String group() default "";

    @AttributeDefinition(
            name = "Interface",
            required = false,
            description = "Network interface on which the group is joined, by its name or one of its addresses. "
                    + "Empty means every interface that can multicast.")
    String interface$() default "";

    @AttributeDefinition(
            name = "Camera",
            description = "Names of the cameras, with placeholders: {receiver} (what follows ~ in the PID), {id} "
                    + "(id of the device, 0 to 255).")
    String camera() default CAMERA;

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
            description = "Milliseconds by which the moment of exposure lies before the packet came. Less than 0 means "
                    + "after. A change is reached slowly, without a cut.")
    double delay() default 0;

    @AttributeDefinition(
            name = "Stale after",
            type = AttributeType.INTEGER,
            min = "0",
            max = "3600000",
            description = "Milliseconds without a good packet after which a camera's device is stale, at least 100. "
                    + "The source is stale when all its devices are. 0 means never, for devices that send only when "
                    + "something changes.")
    int staleAfter() default Settings.STALE_MILLIS;

    @AttributeDefinition(
            name = "Position of the offset",
            description = "Origin of the tracking system in the world of the displays: x (right), y (up), z (back), "
                    + "in metres.")
    String offsetPosition() default "0,0,0";

    @AttributeDefinition(
            name = "Rotation of the offset",
            description = "Rotation of the tracking system in the world of the displays: yaw (to the left), pitch "
                    + "(up), roll (counter-clockwise from behind), in degrees.")
    String offsetRotation() default "0,0,0";

    @AttributeDefinition(
            name = "Axes",
            description = "Which of the sent x, y, z point to the right, ahead and up; - in front of one that "
                    + "points the other way.")
    String axes() default "x,y,z";

    @AttributeDefinition(
            name = "Angles",
            description = "Which of the sent pan, tilt, roll are pan, tilt and roll; - in front of one that turns "
                    + "the other way.")
    String angles() default "pan,tilt,roll";

    @AttributeDefinition(
            name = "Field of view",
            type = AttributeType.DOUBLE,
            min = "0.001",
            max = "179",
            description = "Vertical field of view in degrees, for a device without a zoom table.")
    double fieldOfView() default Settings.FIELD_OF_VIEW;

    @AttributeDefinition(
            name = "Near",
            type = AttributeType.DOUBLE,
            min = "0.000001",
            max = "1000000",
            description = "Distance of the near plane, in metres.")
    double near() default Settings.NEAR;

    @AttributeDefinition(
            name = "Far",
            type = AttributeType.DOUBLE,
            min = "0",
            description = "Distance of the far plane, in metres. 0 means none.")
    double far() default 0;

    @AttributeDefinition(
            name = "Zoom",
            required = false,
            description = "Meaning of the readings of zoom encoders: a table for each device, separated by ;, of "
                    + "pairs reading=value. The value is a vertical field of view in degrees or, with mm, a focal "
                    + "length. Example: 1: 0=60 8192=22 16384=3.5; *: 1000=10mm 10000=100mm. * is for all other "
                    + "devices. Values between two readings are linear.")
    String zoom() default "";

    @AttributeDefinition(
            name = "Sensor",
            required = false,
            description = "Width and height of the sensor in mm, such as 36x20.25. A zoom table in mm needs it.")
    String sensor() default "";
}
