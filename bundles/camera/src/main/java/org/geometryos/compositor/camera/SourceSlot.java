package org.geometryos.compositor.camera;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.camera.SourceState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A source that is connected, and the sink it was given. */
final class SourceSlot implements CameraSink {
    private static final Logger LOG = LoggerFactory.getLogger(SourceSlot.class);
    private static final long AHEAD_MICROS = 1_000_000;
    private static final Outcome CLOSED =
            new Outcome.Refused(Outcome.Reason.UNAVAILABLE, "the camera bridge that gave this sink is gone");

    private final CameraSource source;
    private final String id;
    private final Bridge bridge;
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong ahead = new AtomicLong();
    private volatile Driver driver;
    private volatile boolean closed;
    // the clock's thread only
    private boolean well = true;

    SourceSlot(CameraSource source, String id, int priority, Bridge bridge) {
        this.source = source;
        this.id = id;
        this.bridge = bridge;
        priority(priority);
    }

    void priority(int priority) {
        driver = new Driver(id, Optional.empty(), priority);
    }

    Driver driver() {
        return driver;
    }

    void connect() {
        try {
            source.connected(this);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("source \"{}\" failed when it was connected", id, e);
        }
    }

    void disconnect() {
        closed = true;
        try {
            source.disconnected(this);
        } catch (RuntimeException | LinkageError e) {
            LOG.error("source \"{}\" failed when it was disconnected", id, e);
        }
    }

    @Override
    public Outcome push(CameraUpdate update) {
        Outcome outcome = closed ? CLOSED : bridge.update(driver, update);
        if (outcome.accepted()) {
            accepted.incrementAndGet();
            OptionalLong time = update.time();
            if (time.isPresent() && time.getAsLong() / 1000 - AHEAD_MICROS / 1000 > System.currentTimeMillis()) {
                ahead.incrementAndGet();
            }
        } else {
            refused.incrementAndGet();
        }
        return outcome;
    }

    @Override
    public Outcome remove(String camera) {
        return closed ? CLOSED : bridge.remove(camera);
    }

    SourceState state() {
        return new SourceState(id, driver.priority(), health(), accepted.get(), refused.get(), ahead.get());
    }

    private SourceHealth health() {
        try {
            return source.health();
        } catch (RuntimeException | LinkageError e) {
            return SourceHealth.failed("its health cannot be told: " + e);
        }
    }

    /** Whether the source was well when last asked and is not any more. */
    boolean fellIll() {
        boolean before = well;
        well = health().status() == SourceHealth.Status.OK;
        return before && !well;
    }
}
