package org.geometryos.compositor.camera;

import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.configuration.Range;

/** The configuration, checked. */
record Settings(int maxCameras, long leaseNanos, long holdNanos, int updatesPerSecond, boolean failOverCut) {

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(CameraConfig config) {
        return new Settings(
                Range.check("maxCameras", config.maxCameras(), 1, 400),
                TimeUnit.MILLISECONDS.toNanos(Range.check("leaseMillis", config.leaseMillis(), 100, 600_000)),
                TimeUnit.MILLISECONDS.toNanos(Range.check("holdLimit", config.holdLimit(), 100, 86_400_000)),
                Range.check("updatesPerSecond", config.updatesPerSecond(), 1, 1_000_000),
                config.failOverCut());
    }
}
