package org.geometryos.compositor.http.guard;

import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.configuration.Range;

/** The configuration, checked. */
record Settings(long headerNanos, int handshakes, int httpConnections) {

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(GuardConfig config) {
        return new Settings(
                TimeUnit.SECONDS.toNanos(Range.check("headerSeconds", config.headerSeconds(), 1, 600)),
                Range.check("handshakes", config.handshakes(), 10, 1_000_000),
                Range.check("httpConnections", config.httpConnections(), 10, 1_000_000));
    }
}
