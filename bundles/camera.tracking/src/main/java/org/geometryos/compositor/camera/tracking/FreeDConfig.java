package org.geometryos.compositor.camera.tracking;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link Settings} and {@link FreeDOptions} read the properties themselves.
 */
@ObjectClassDefinition(name = "Compositor Bridge: receiver of FreeD D1",
        description = "Takes camera tracking over UDP. One configuration is one receiver and one camera source.")
@interface FreeDConfig {
    String PID = "org.geometryos.compositor.camera.tracking.freed";
    String CAMERA = "{receiver}/{id}";

    @AttributeDefinition(name = "Port", type = AttributeType.INTEGER, min = "1", max = "65535", description = "The UDP port; none is standardised, 40000 is met most.")
    int port() default FreeDOptions.PORT;

    @AttributeDefinition(name = "Address", required = false, description = "An IP address of this host at which to receive; 0.0.0.0 "
            + "for all. Anybody who reaches it moves the cameras. Empty: 127.0.0.1, or with a group the group alone, beside which only "
            + "0.0.0.0 is possible.")
    String bind() default "";

    @AttributeDefinition(name = "Multicast group", required = false, description = "A multicast group to join. Empty: none is joined.")
    String group() default "";

    @AttributeDefinition(name = "Interface", required = false, description = "The network interface on which the group is joined, "
            + "by its name or an address of it. Empty: every one that can multicast.")
    String interface$() default "";

    @AttributeDefinition(name = "Camera", description = "The names of cameras, with placeholders: {receiver} (what follows ~ in the PID), {id} "
            + "(the id of the device, 0 to 255).")
    String camera() default CAMERA;

    @AttributeDefinition(name = "Source", required = false, description = "The name of this source, as displays see it, 1-64 of "
            + "A-Z a-z 0-9 . _ -. Empty: what follows ~ in the PID.")
    String source() default "";

    @AttributeDefinition(name = "Priority", type = AttributeType.INTEGER, description = "Against a holder of lower priority "
            + "the source wins a camera; displays have 10 unless configured.")
    int priority() default 0;

    @AttributeDefinition(name = "Stale after", type = AttributeType.INTEGER, min = "0", max = "3600000",
            description = "Milliseconds without a good packet after which a camera's device is stale, at least 100; so is the "
                    + "source when all are. 0: never, for devices that send only when something changes.")
    int staleAfter() default Settings.STALE_MILLIS;

    @AttributeDefinition(name = "Position of the offset", description = "Where the origin of the tracking system lies in the world of "
            + "the displays: x (right), y (up), z (back), in metres.")
    String offsetPosition() default "0,0,0";

    @AttributeDefinition(name = "Rotation of the offset", description = "How the tracking system is turned in the world of the displays: "
            + "yaw (to the left), pitch (up), roll (counter-clockwise from behind), in degrees.")
    String offsetRotation() default "0,0,0";

    @AttributeDefinition(name = "Axes", description = "Which of the x, y, z that are sent point to the right, ahead and up, each with - if "
            + "it points the other way.")
    String axes() default "x,y,z";

    @AttributeDefinition(name = "Angles", description = "Which of the pan, tilt, roll that are sent are pan, tilt and roll, each with - "
            + "if it turns the other way.")
    String angles() default "pan,tilt,roll";

    @AttributeDefinition(name = "Field of view", type = AttributeType.DOUBLE, min = "0.001", max = "179",
            description = "Vertical, in degrees, as long as there is no zoom table for a device.")
    double fieldOfView() default Settings.FIELD_OF_VIEW;

    @AttributeDefinition(name = "Near", type = AttributeType.DOUBLE, min = "0.000001", max = "1000000",
            description = "Distance of the near plane, metres.")
    double near() default Settings.NEAR;

    @AttributeDefinition(name = "Far", type = AttributeType.DOUBLE, min = "0", description = "Distance of the far plane, metres; 0 for none.")
    double far() default 0;

    @AttributeDefinition(name = "Zoom", required = false, description = "What the readings of zoom encoders mean: a table for each device, "
            + "separated by ;, of reading=value pairs, the value a vertical field of view in degrees or, with mm, a focal length. As "
            + "1: 0=60 8192=22 16384=3.5; *: 1000=10mm 10000=100mm. * is for all other devices. Between two readings it is linear.")
    String zoom() default "";

    @AttributeDefinition(name = "Sensor", required = false, description = "Width and height of the sensor in mm, as 36x20.25; required for "
            + "a zoom table in mm.")
    String sensor() default "";
}
