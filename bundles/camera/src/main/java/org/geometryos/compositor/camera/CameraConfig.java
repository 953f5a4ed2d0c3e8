package org.geometryos.compositor.camera;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** What can be configured, as it stands in Config Admin. */
@ObjectClassDefinition(name = "Compositor Bridge: cameras", description = "Limits and control of cameras.")
@interface CameraConfig {
    String PID = "org.geometryos.compositor.camera";

    @AttributeDefinition(
            name = "Cameras",
            min = "1",
            max = "400",
            description = "Cameras in all. A snapshot of 400 cameras stays below 1 MiB.")
    int maxCameras() default 400;

    @AttributeDefinition(
            name = "Lease",
            min = "100",
            max = "600000",
            description = "Milliseconds that control of a camera lasts without being renewed.")
    int leaseMillis() default 5_000;

    @AttributeDefinition(
            name = "Hold limit",
            min = "100",
            max = "86400000",
            description = "Milliseconds since the last update of a camera for which its holder may renew control "
                    + "without moving it.")
    int holdLimit() default 600_000;

    @AttributeDefinition(
            name = "Updates per second",
            min = "1",
            max = "1000000",
            description = "Updates that one source may push per second, in bursts of one second. The bridge refuses "
                    + "any beyond that. Displays have limits of their own: requestsPerSecondView and "
                    + "requestsPerSecondControl.")
    int updatesPerSecond() default 10_000;

    @AttributeDefinition(
            name = "Cut at fail-over",
            description = "Whether the first update of a source is a cut when another source or display moved the "
                    + "camera before it.")
    boolean failOverCut() default true;

    @AttributeDefinition(
            name = "Delays of sources",
            required = false,
            description = "For sources whose own configuration has no delay: SOURCE=MILLISECONDS, several separated by "
                    + "commas. So long before the time of an update, or before it came if it has no time, lies the "
                    + "moment that it shows; -1000 to 10000. Counts before the delay that a source has itself.")
    String[] sourceDelays() default {};
}
