package org.geometryos.compositor.cluster;

import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.geometryos.compositor.rings.RingJournal;

/**
 * What is configured.
 *
 * @param host empty: this host shares no sequence
 * @param isolated so long it keeps its displays while it is cut off, nanoseconds
 */
record Settings(String host, RingJournal.Limits rings, long isolated) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{0,64}");

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(ClusterConfig config) {
        if (!NAME.matcher(config.host()).matches()) {
            throw new IllegalArgumentException(
                    "host must be empty, or 1 to 64 of A-Z a-z 0-9 . _ -, not \"" + config.host() + "\"");
        }
        return new Settings(
                config.host(),
                RingJournal.Limits.of(config.cameraBytes(), config.orderedBytes()),
                TimeUnit.SECONDS.toNanos(config.isolatedSeconds()));
    }
}
