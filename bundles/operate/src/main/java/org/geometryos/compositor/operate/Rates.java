package org.geometryos.compositor.operate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.metrics.Durations;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.api.metrics.Readings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the meters have counted since the sample before: per second, and as percentiles. Any thread. */
final class Rates {
    private static final Logger LOG = LoggerFactory.getLogger(Rates.class);
    private static final String UPDATES = "compositor_camera_updates_total";
    private static final String DELIVERIES = "compositor_deliveries_total";
    private static final String AGES = "compositor_update_age_seconds";
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e6;
    /** Nearer to one another, two samples say little. */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
    /** Older than that, the one before says nothing of now. */
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final List<Meter> meters;
    private final LongSupplier nanos;
    // guarded by this
    private Sample last;
    private Map<String, Object> rates = Map.of();

    /** @param nanos the clock, {@link System#nanoTime()} */
    Rates(List<Meter> meters, LongSupplier nanos) {
        this.meters = meters;
        this.nanos = nanos;
    }

    /** The sums of what is of interest, at one time. */
    private static final class Sample implements Readings {
        private final long at;
        private final long[] ages = new long[Durations.bounds().length + 1];
        private boolean hasUpdates;
        private boolean hasDeliveries;
        private double updates;
        private double delivered;

        Sample(long at) {
            this.at = at;
        }

        @Override
        public void counter(String name, String help, double value, String... labels) {
            if (name.equals(UPDATES)) {
                hasUpdates = true;
                updates += value;
            } else if (name.equals(DELIVERIES) && List.of(labels).contains("delivered")) {
                hasDeliveries = true;
                delivered += value;
            }
        }

        @Override
        public void gauge(String name, String help, double value, String... labels) {
            // none is of interest
        }

        @Override
        public void durations(String name, String help, Durations durations, String... labels) {
            if (name.equals(AGES)) {
                long[] counts = durations.counts();
                for (int i = 0; i < ages.length; i++) {
                    ages[i] += counts[i];
                }
            }
        }
    }

    /** Empty before there are two samples. */
    synchronized Map<String, Object> now() {
        long now = nanos.getAsLong();
        if (last != null && now - last.at < LEAST_NANOS) {
            return rates;
        }
        Sample before = last;
        Sample sample = new Sample(now);
        for (Meter meter : meters) {
            try {
                meter.read(sample);
            } catch (RuntimeException | LinkageError e) {
                LOG.debug("a meter does not answer", e);
            }
        }
        last = sample;
        rates = before == null || now - before.at > MOST_NANOS ? Map.of() : rates(before, sample);
        return rates;
    }

    private static Map<String, Object> rates(Sample before, Sample now) {
        double seconds = (now.at - before.at) / NANOS;
        Map<String, Object> rates = new LinkedHashMap<>();
        // a part that was replaced counts from 0 again
        if (now.hasUpdates && now.updates >= before.updates) {
            rates.put("updatesPerSecond", (now.updates - before.updates) / seconds);
        }
        if (now.hasDeliveries && now.delivered >= before.delivered) {
            rates.put("deliveredPerSecond", (now.delivered - before.delivered) / seconds);
        }
        long[] ages = now.ages.clone();
        long all = 0;
        for (int i = 0; i < ages.length; i++) {
            ages[i] = Math.max(0, ages[i] - before.ages[i]);
            all += ages[i];
        }
        if (all > 0) {
            rates.put("ageP50", millis(ages, all, 0.5));
            rates.put("ageP99", millis(ages, all, 0.99));
        }
        return rates;
    }

    /** The bound below which a share of them lies; of those that are longer than all bounds, the longest bound. */
    private static double millis(long[] counts, long all, double share) {
        long[] bounds = Durations.bounds();
        long left = (long) Math.ceil(share * all);
        for (int i = 0; i < bounds.length; i++) {
            left -= counts[i];
            if (left <= 0) {
                return bounds[i] / MILLIS;
            }
        }
        return bounds[bounds.length - 1] / MILLIS;
    }
}
