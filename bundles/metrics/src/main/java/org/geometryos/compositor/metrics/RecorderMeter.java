package org.geometryos.compositor.metrics;

import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.api.recording.Recorder;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** The recorder, where there is one. */
@Component
public final class RecorderMeter implements Meter {
    private final Recorder recorder;

    /** @param recorder null while there is none */
    @Activate
    public RecorderMeter(
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    Recorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public void read(Readings readings) {
        if (recorder == null) {
            return;
        }
        RecorderStatus status = recorder.status();
        readings.gauge("compositor_recorder_enabled", "1 if the recorder is to record.", status.enabled() ? 1 : 0);
        readings.gauge(
                "compositor_recorder_failing",
                "1 if the recorder does not record although it should.",
                status.problem().isPresent() ? 1 : 0);
        readings.gauge("compositor_recorder_behind", "Entries that the recorder has not taken yet.", status.behind());
        readings.counter("compositor_recorder_written_total", "Entries that were recorded.", status.written());
        readings.counter(
                "compositor_recorder_missed_total",
                "Entries that the journal no longer had when the recorder asked.",
                status.missed());
        readings.gauge("compositor_recorder_bytes", "Size of the database and its log.", status.bytes());
    }
}
