package org.geometryos.compositor.cluster;

import java.util.concurrent.atomic.LongAdder;
import org.geometryos.compositor.api.metrics.Durations;
import org.geometryos.compositor.api.metrics.Readings;

/** What this host counts of its work with the others, across its replicas. Any thread but for {@link #answered}. */
final class Figures {
    private final LongAdder records = new LongAdder();
    private final LongAdder again = new LongAdder();
    private final LongAdder passedOver = new LongAdder();
    private final LongAdder joins = new LongAdder();
    private final Durations answers = new Durations();

    /** A record of the log was read. */
    void read() {
        records.increment();
    }

    /** A record was put again, as it did not come back. */
    void putAgain() {
        again.increment();
    }

    /** This host has joined. */
    void joined() {
        joins.increment();
    }

    /** A change of this host came back. One thread at a time. */
    void answered(long nanos, boolean counts) {
        answers.record(nanos, 1);
        if (!counts) {
            passedOver.increment();
        }
    }

    void read(Readings readings) {
        readings.counter(
                "compositor_cluster_records_total", "Records of the shared log that were read.", records.sum());
        readings.counter(
                "compositor_cluster_again_total",
                "Records that were put into the shared log again, as they did not come back.",
                again.sum());
        readings.counter(
                "compositor_cluster_passed_over_total",
                "Changes of this host that did not count, as what they were decided on had changed.",
                passedOver.sum());
        readings.counter("compositor_cluster_joins_total", "How often this host has joined the others.", joins.sum());
        readings.durations(
                "compositor_cluster_answer_seconds",
                "From a change of this host until it came back through the shared log.",
                answers);
    }
}
