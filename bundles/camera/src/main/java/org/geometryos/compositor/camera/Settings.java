package org.geometryos.compositor.camera;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.geometryos.compositor.configuration.Range;

/** The configuration, checked. */
record Settings(
        int maxCameras,
        long leaseNanos,
        long holdNanos,
        int updatesPerSecond,
        boolean failOverCut,
        Map<String, Double> sourceDelays) {
    private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int MOST_DELAYS = 1_000;

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(CameraConfig config) {
        return new Settings(
                Range.check("maxCameras", config.maxCameras(), 1, 400),
                TimeUnit.MILLISECONDS.toNanos(Range.check("leaseMillis", config.leaseMillis(), 100, 600_000)),
                TimeUnit.MILLISECONDS.toNanos(Range.check("holdLimit", config.holdLimit(), 100, 86_400_000)),
                Range.check("updatesPerSecond", config.updatesPerSecond(), 1, 1_000_000),
                config.failOverCut(),
                delays(config.sourceDelays()));
    }

    private static Map<String, Double> delays(String[] pairs) {
        Map<String, Double> delays = new HashMap<>();
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            String source = equals < 0 ? "" : pair.substring(0, equals).strip();
            if (!SOURCE.matcher(source).matches() || delays.size() >= MOST_DELAYS) {
                throw new IllegalArgumentException("sourceDelays must be at most " + MOST_DELAYS
                        + " pairs of SOURCE=MILLISECONDS, not \"" + pair + "\"");
            }
            if (delays.put(source, Delay.check("sourceDelays: " + source, pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException(
                        "sourceDelays must name each source once, and not " + source + " twice");
            }
        }
        return Map.copyOf(delays);
    }
}
