package org.geometryos.compositor.camera;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.metrics.Readings;

/**
 * Counts what became of updates, by camera. So many cameras have counts of their own, and all others one together, as
 * have updates for cameras that are not there. One thread at a time.
 */
final class UpdateCounts {
    static final int CAMERAS = 100;
    private static final String OTHER = "other";
    private static final Outcome.Reason[] REASONS = Outcome.Reason.values();

    /** Accepted ones, then the refused by reason. */
    private final Map<String, long[]> cameras = new HashMap<>();

    private final long[] others;

    UpdateCounts() {
        others = new long[1 + REASONS.length];
    }

    private UpdateCounts(UpdateCounts from) {
        from.cameras.forEach((camera, counts) -> cameras.put(camera, counts.clone()));
        others = from.others.clone();
    }

    void count(String camera, Outcome outcome) {
        long[] counts = cameras.get(camera);
        if (counts == null) {
            counts = outcome.accepted() ? begin(camera) : others;
        }
        counts[outcome instanceof Outcome.Refused refused ? 1 + refused.reason().ordinal() : 0]++;
    }

    private long[] begin(String camera) {
        if (cameras.size() >= CAMERAS) {
            return others;
        }
        long[] counts = new long[1 + REASONS.length];
        cameras.put(camera, counts);
        return counts;
    }

    /** A camera is gone; should it come back its counts begin at 0. */
    void forget(String camera) {
        cameras.remove(camera);
    }

    UpdateCounts copy() {
        return new UpdateCounts(this);
    }

    void read(Readings readings) {
        cameras.forEach((camera, counts) -> read(readings, camera, counts));
        read(readings, OTHER, others);
    }

    private static void read(Readings readings, String camera, long[] counts) {
        readings.counter(
                "compositor_camera_updates_total",
                "Updates of a camera that went into the sequence.",
                counts[0],
                "camera",
                camera);
        for (Outcome.Reason reason : REASONS) {
            readings.counter(
                    "compositor_camera_updates_refused_total",
                    "Updates of a camera that did not go into the sequence, by the reason.",
                    counts[1 + reason.ordinal()],
                    "camera",
                    camera,
                    "reason",
                    reason.name().toLowerCase(Locale.ROOT));
        }
    }
}
