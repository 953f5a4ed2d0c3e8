package org.geometryos.compositor.camera.tracking;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What can be configured, as it stands in Config Admin. Its getters are never called: they convert and throw;
 * {@link Settings} and {@link OpenTrackIoOptions} read the properties themselves.
 */
@ObjectClassDefinition(name = "Compositor Bridge: receiver of OpenTrackIO",
        description = "Takes camera tracking over UDP. One configuration is one receiver and one camera source.")
@interface OpenTrackIoConfig {
    String PID = "org.geometryos.compositor.camera.tracking.opentrackio";
    String CAMERA = "{receiver}/{id}";

    @AttributeDefinition(name = "Port", type = AttributeType.INTEGER, min = "1", max = "65535", description = "The UDP port; 55555 is the usual one.")
    int port() default OpenTrackIoOptions.PORT;

    @AttributeDefinition(name = "Address", required = false, description = "An IP address of this host at which to receive; 0.0.0.0 "
            + "for all. Anybody who reaches it moves the cameras. Empty: 127.0.0.1, or with a group the group alone, beside which only "
            + "0.0.0.0 is possible.")
    String bind() default "";

    @AttributeDefinition(name = "Multicast group", required = false, description = "The IPv4 multicast group to join, as 239.135.1.N for the source with number N. Empty: none is joined.")
    String group() default "";

    @AttributeDefinition(name = "Interface", required = false, description = "The network interface on which the group is joined, "
            + "by its name or an address of it. Empty: every one that can multicast.")
    String interface$() default "";

    @AttributeDefinition(name = "Camera", description = "The names of cameras, with placeholders: {receiver} (what follows ~ in the PID), {id} "
            + "(the number of the source, 0 without one), {source} (its id), {subject} (the label of its camera).")
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
            description = "Vertical, in degrees, as long as a source has not told focal length and sensor.")
    double fieldOfView() default Settings.FIELD_OF_VIEW;

    @AttributeDefinition(name = "Near", type = AttributeType.DOUBLE, min = "0.000001", max = "1000000",
            description = "Distance of the near plane, metres.")
    double near() default Settings.NEAR;

    @AttributeDefinition(name = "Far", type = AttributeType.DOUBLE, min = "0", description = "Distance of the far plane, metres; 0 for none.")
    double far() default 0;

    @AttributeDefinition(name = "Offset to UTC", type = AttributeType.INTEGER, min = "-86400", max = "86400",
            description = "Seconds by which the clock of the samples is ahead of UTC: 37 for PTP, which counts TAI; 0 for senders that say UTC.")
    int utcOffset() default OpenTrackIoOptions.UTC_OFFSET;

    @AttributeDefinition(name = "Time of the sample", description = "Whether the time of samples is passed on; otherwise displays get the "
            + "time at which they came. Off for senders whose clock is not set.")
    boolean sampleTime() default true;

    @AttributeDefinition(name = "Entrance pupil", description = "Whether the eye of the view is moved ahead, from the tracked sensor into "
            + "the entrance pupil of the lens, where a source tells its offset. Off for senders that have done so already.")
    boolean entrancePupil() default true;
}
