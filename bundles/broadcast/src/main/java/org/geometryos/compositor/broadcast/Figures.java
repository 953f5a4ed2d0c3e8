package org.geometryos.compositor.broadcast;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.metrics.Durations;
import org.geometryos.compositor.api.metrics.Readings;

/**
 * What a shard counts. Whoever turns the shard writes, and any thread reads: the fields have one writer, so that
 * counting takes plain writes. Goes on when a shard takes the place of another.
 */
final class Figures {
    private static final int MANY = 128;

    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong superseded = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong displays = new AtomicLong();
    private final AtomicLong behind = new AtomicLong();
    private final Durations passes = new Durations();
    private final Durations ages = new Durations();

    private final LongSupplier nanos;
    private final LongSupplier micros;
    // the batch that is laid out, of whoever turns the shard
    /** When the camera updates in it came to the bridge, microseconds since the Unix epoch. */
    private long[] received = new long[MANY];

    private int updates;
    private long laidOutMicros;
    private long laidOutNanos;

    /**
     * @param nanos the clock, {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    Figures(LongSupplier nanos, LongSupplier micros) {
        this.nanos = nanos;
        this.micros = micros;
    }

    /** A batch is laid out. */
    void begin() {
        updates = 0;
        laidOutNanos = nanos.getAsLong();
        laidOutMicros = micros.getAsLong();
    }

    /** An entry goes into the batch. */
    void add(Entry entry) {
        if (entry.change() instanceof Change.CameraChanged moved) {
            if (updates == received.length) {
                received = Arrays.copyOf(received, 2 * updates);
            }
            received[updates++] = moved.state().received();
        }
    }

    /** So many links have just taken the batch. */
    void sent(int links) {
        if (links == 0 || updates == 0) {
            return;
        }
        long now = laidOutMicros * 1_000 + nanos.getAsLong() - laidOutNanos;
        for (int i = 0; i < updates; i++) {
            ages.record(now - received[i] * 1_000, links);
        }
    }

    /** The accounts of displays have moved on. */
    void account(long delivered, long superseded, long refused) {
        add(this.delivered, delivered);
        add(this.superseded, superseded);
        add(this.refused, refused);
    }

    /** A pass has done something. */
    void passed(long took) {
        passes.record(took, 1);
    }

    void members(int all, int lagging) {
        displays.setOpaque(all);
        behind.setOpaque(lagging);
    }

    private static void add(AtomicLong count, long more) {
        if (more > 0) {
            count.setOpaque(count.getPlain() + more);
        }
    }

    /** Any thread. */
    void read(Readings readings) {
        String help = "Entries that displays were due to get, by what became of them.";
        readings.counter("compositor_deliveries_total", help, delivered.getOpaque(), "outcome", "delivered");
        readings.counter("compositor_deliveries_total", help, superseded.getOpaque(), "outcome", "superseded");
        readings.counter("compositor_deliveries_total", help, refused.getOpaque(), "outcome", "refused");
        readings.gauge("compositor_broadcast_displays", "Displays that the broadcaster serves.", displays.getOpaque());
        readings.gauge(
                "compositor_broadcast_displays_behind",
                "Displays that are not in sync and catch up.",
                behind.getOpaque());
        readings.durations(
                "compositor_broadcast_pass_seconds",
                "Passes of a shard: from taking new entries to the last display that they were handed to.",
                passes);
        readings.durations(
                "compositor_update_age_seconds",
                "Age of each delivered camera update when it was handed to the socket, since it came to the bridge.",
                ages);
    }
}
