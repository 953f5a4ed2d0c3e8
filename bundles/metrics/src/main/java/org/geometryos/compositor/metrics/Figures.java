package org.geometryos.compositor.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.metrics.Durations;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.health.Health;
import org.geometryos.compositor.health.PlugIns;

/** Reads all meters, one reader at a time. Any thread. */
final class Figures {
    /** How long a reader waits for the one before. */
    private static final long WAIT_SECONDS = 5;

    private final PlugIns<Meter> meters = new PlugIns<>("a meter");
    private final ReentrantLock reading = new ReentrantLock();
    private final Durations scrapes = new Durations();
    private final LongSupplier nanos;

    /** Another reader takes too long. */
    static final class BusyException extends Exception {
        private static final long serialVersionUID = 1L;

        BusyException() {
            super("the figures are being read, which takes more than " + WAIT_SECONDS + " s");
        }
    }

    Figures(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void add(Meter meter) {
        meters.add(meter);
    }

    void remove(Meter meter) {
        meters.remove(meter);
    }

    Scrape read() throws BusyException {
        try {
            if (!reading.tryLock(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new BusyException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BusyException();
        }
        try {
            long began = nanos.getAsLong();
            Scrape scrape = new Scrape();
            // one that fails costs its own figures alone
            meters.tell(meter -> meter.read(scrape));
            scrape.durations("compositor_scrape_seconds", "How long it took to read all figures, each time.", scrapes);
            scrapes.record(nanos.getAsLong() - began, 1);
            return scrape;
        } finally {
            reading.unlock();
        }
    }

    /** A meter that fails is no reason to call the host down. */
    Health health() {
        return Health.warnings(
                "metrics", meters.problems().stream().map(Health.Problem::text).toList());
    }
}
