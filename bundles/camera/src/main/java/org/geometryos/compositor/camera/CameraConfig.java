package org.geometryos.compositor.camera;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: cameras", description = "Limits and control of cameras.")
@interface CameraConfig {
    String PID = "org.geometryos.compositor.camera";

    @AttributeDefinition(name = "Cameras", min = "1", max = "400",
            description = "How many cameras there may be (1 to 400; a snapshot of them all stays below 1 MiB).")
    int maxCameras() default 400;

    @AttributeDefinition(name = "Lease", min = "100", max = "600000",
            description = "How long control of a camera lasts without being renewed, in milliseconds (100 to 600,000).")
    int leaseMillis() default 5_000;

    @AttributeDefinition(name = "Hold limit", min = "100", max = "86400000",
            description = "How long control may be renewed without moving the camera, in milliseconds since its last update (100 to 86,400,000).")
    int holdLimit() default 600_000;

    @AttributeDefinition(name = "Updates per second", min = "1", max = "1000000",
            description = "How many updates one source may push per second (1 to 1,000,000), in bursts of one second; what is beyond is refused.")
    int updatesPerSecond() default 10_000;

    @AttributeDefinition(name = "Cut at fail-over",
            description = "Whether the first update of a source is a cut when somebody else moved the camera before it.")
    boolean failOverCut() default true;
}
