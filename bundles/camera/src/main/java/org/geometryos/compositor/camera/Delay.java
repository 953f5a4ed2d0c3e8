package org.geometryos.compositor.camera;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;

/**
 * The delay of a source, which is taken off the times of its updates. Another delay is reached slowly, as time would
 * otherwise go back or jump, and displays would show one moment twice or leave one out. Any thread.
 */
final class Delay {
    /** Of the time that passes, so much at most is added or taken off. */
    static final double SLEW = 0.05;

    private final LongSupplier nanos;
    private final LongSupplier micros;
    private volatile boolean any;
    // written under this lock; microseconds
    private long wanted;
    private double now;
    private volatile boolean begun;
    private long at;

    /**
     * @param nanos the clock, {@link System#nanoTime()}
     * @param micros the time of day, microseconds since the Unix epoch
     */
    Delay(LongSupplier nanos, LongSupplier micros) {
        this.nanos = nanos;
        this.micros = micros;
    }

    /**
     * A value of {@link CameraSource#DELAY} or of the configuration.
     *
     * @throws IllegalArgumentException with the rule
     */
    static double check(String name, Object value) {
        double millis;
        try {
            millis = Double.parseDouble(value.toString().trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number of milliseconds, not \"" + value + "\"", e);
        }
        if (!(millis >= CameraSource.MIN_DELAY && millis <= CameraSource.MAX_DELAY)) {
            throw new IllegalArgumentException(name + " must lie in [" + CameraSource.MIN_DELAY + ", "
                    + CameraSource.MAX_DELAY + "] milliseconds, not " + value);
        }
        return millis;
    }

    /** @param millis from now on; before the first update at once */
    synchronized void set(double millis) {
        wanted = Math.round(millis * TimeUnit.MILLISECONDS.toMicros(1));
        if (!begun) {
            now = wanted;
        }
        any = wanted != 0 || now != 0;
    }

    /** The update with the time of what it shows. */
    CameraUpdate apply(CameraUpdate update) {
        if (!any) {
            // a delay that comes later is no jump for what was shown before
            if (!begun) {
                begin();
            }
            return update;
        }
        long shift = shift();
        OptionalLong own = update.time();
        long time = (own.isPresent() ? own.getAsLong() : micros.getAsLong()) - shift;
        return update.withTime(Math.max(0, Math.min(CameraUpdate.MAX_INTEGER, time)));
    }

    private synchronized void begin() {
        if (!begun) {
            begun = true;
            at = nanos.getAsLong();
        }
    }

    private synchronized long shift() {
        long then = nanos.getAsLong();
        if (begun) {
            double most = Math.max(0, then - at) * SLEW / TimeUnit.MICROSECONDS.toNanos(1);
            now += Math.max(-most, Math.min(most, wanted - now));
        }
        begun = true;
        at = then;
        any = wanted != 0 || now != 0;
        return Math.round(now);
    }
}
