package org.geometryos.compositor.http.guard;

import java.util.concurrent.TimeUnit;

/** The configuration, checked. */
record Settings(long headerNanos, int handshakes, int httpConnections) {

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(GuardConfig config) {
        return new Settings(
                TimeUnit.SECONDS.toNanos(range("headerSeconds", config.headerSeconds(), 1, 600)),
                range("handshakes", config.handshakes(), 10, 1_000_000),
                range("httpConnections", config.httpConnections(), 10, 1_000_000));
    }

    private static int range(String key, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(key + " must lie in [" + low + ", " + high + "], not " + value);
        }
        return value;
    }
}
