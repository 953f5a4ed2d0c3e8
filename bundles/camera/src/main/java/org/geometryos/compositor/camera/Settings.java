package org.geometryos.compositor.camera;

import java.util.concurrent.TimeUnit;

/** The configuration, checked. */
record Settings(int maxCameras, long leaseNanos, long holdNanos, int updatesPerSecond, boolean failOverCut) {

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(CameraConfig config) {
        return new Settings(
                range("maxCameras", config.maxCameras(), 1, 400),
                TimeUnit.MILLISECONDS.toNanos(range("leaseMillis", config.leaseMillis(), 100, 600_000)),
                TimeUnit.MILLISECONDS.toNanos(range("holdLimit", config.holdLimit(), 100, 86_400_000)),
                range("updatesPerSecond", config.updatesPerSecond(), 1, 1_000_000),
                config.failOverCut());
    }

    private static int range(String key, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(key + " must lie in [" + low + ", " + high + "], not " + value);
        }
        return value;
    }
}
