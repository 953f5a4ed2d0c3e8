package org.geometryos.compositor.metrics;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The sequence, its cameras and their sources. */
@Component
public final class CamerasMeter implements Meter {
    private static final double MICROS = 1e6;
    private static final String SOURCE = "source";

    private final CameraBridge bridge;
    private final Journal journal;
    private final LongSupplier micros;

    /** @param bridge null while there is none, as is {@code journal} */
    @Activate
    public CamerasMeter(
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    CameraBridge bridge,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    Journal journal) {
        this(bridge, journal, TimeOfDay::micros);
    }

    /** @param micros the time of day, microseconds since the Unix epoch */
    CamerasMeter(CameraBridge bridge, Journal journal, LongSupplier micros) {
        this.bridge = bridge;
        this.journal = journal;
        this.micros = micros;
    }

    @Override
    public void read(Readings readings) {
        if (journal != null) {
            readings.counter(
                    "compositor_journal_entries_total",
                    "Entries of the sequence since its epoch began: views, control, presence and the scene.",
                    journal.head());
            readings.gauge("compositor_cameras", "Cameras in the sequence.", journal.cameras());
            readings.gauge(
                    "compositor_cameras_held",
                    "Cameras that a source or a display holds.",
                    journal.holders().size());
        }
        if (bridge != null) {
            readings.gauge("compositor_cameras_limit", "How many cameras there may be.", bridge.maxCameras());
            Set<String> seen = new HashSet<>();
            for (SourceState source : bridge.sources()) {
                count(readings, source);
                // while a source is replaced there may be two of one name
                if (seen.add(source.id())) {
                    state(readings, source);
                }
            }
        }
    }

    private static void count(Readings readings, SourceState source) {
        readings.counter(
                "compositor_source_updates_total",
                "Updates of a source that went into the sequence.",
                source.accepted(),
                SOURCE,
                source.id());
        readings.counter(
                "compositor_source_updates_refused_total",
                "Updates of a source that did not go into the sequence.",
                source.refused(),
                SOURCE,
                source.id());
        readings.counter(
                "compositor_source_updates_limited_total",
                "Those of the refused that came faster than a source may push.",
                source.limited(),
                SOURCE,
                source.id());
        readings.counter(
                "compositor_source_updates_ahead_total",
                "Accepted updates whose sample time lay more than 1 s in the future.",
                source.ahead(),
                SOURCE,
                source.id());
        source.counters()
                .forEach((event, count) -> readings.counter(
                        "compositor_source_events_total",
                        "What a source counts of its own, such as packets that it could not read.",
                        Math.max(0, count),
                        SOURCE,
                        source.id(),
                        "event",
                        event));
    }

    private void state(Readings readings, SourceState source) {
        for (SourceHealth.Status status : SourceHealth.Status.values()) {
            readings.gauge(
                    "compositor_source_health",
                    "1 for the status that a source has, and 0 for the others.",
                    source.health().status() == status ? 1 : 0,
                    SOURCE,
                    source.id(),
                    "status",
                    status.name().toLowerCase(Locale.ROOT));
        }
        readings.gauge(
                "compositor_source_cameras",
                "Cameras that a source holds.",
                source.cameras().size(),
                SOURCE,
                source.id());
        readings.gauge(
                "compositor_source_last_update_seconds",
                "Time since the newest accepted update of a source; NaN before the first.",
                source.last().isPresent()
                        ? Math.max(0, micros.getAsLong() - source.last().getAsLong()) / MICROS
                        : Double.NaN,
                SOURCE,
                source.id());
    }
}
