package org.geometryos.compositor.observe;

import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.configuration.Range;

/**
 * The configuration, checked.
 *
 * @param loopbackNanos between two checks; 0: none
 * @param minFreeBytes 0: no bound
 */
record Settings(long loopbackNanos, long minFreeBytes, int certificateDays) {

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(ObserveConfig config) {
        return new Settings(
                TimeUnit.SECONDS.toNanos(Range.check("loopbackSeconds", config.loopbackSeconds(), 0, 3_600)),
                (long) Range.check("minFreeMiB", config.minFreeMiB(), 0, 1_000_000_000) << 20,
                Range.check("certificateDays", config.certificateDays(), 0, 3_650));
    }
}
