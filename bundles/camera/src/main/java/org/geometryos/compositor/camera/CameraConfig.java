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
}
