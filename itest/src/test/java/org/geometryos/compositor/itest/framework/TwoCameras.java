package org.geometryos.compositor.itest.framework;

import java.util.Hashtable;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A source that moves cameras a and b at 60 Hz and keeps account of what became of each update. */
public final class TwoCameras implements CameraSource, AutoCloseable, Runnable {
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(1) / 60;

    private final ServiceRegistration<CameraSource> service;
    private final Thread thread = new Thread(this, "itest-source");
    public final AtomicLong accepted = new AtomicLong();
    public final AtomicLong refused = new AtomicLong();
    public final AtomicLong highest = new AtomicLong();
    /** The sum of {@link WellBehaved#digest} of all that was accepted. */
    public final AtomicLong digest = new AtomicLong();

    public final Map<String, Long> lastSample = new java.util.concurrent.ConcurrentHashMap<>();
    private volatile CameraSink sink;
    private volatile boolean stopped;

    public TwoCameras(BundleContext context) {
        service = context.registerService(CameraSource.class, this, new Hashtable<>(Map.of(CameraSource.ID, "itest")));
        thread.start();
    }

    @Override
    public void connected(CameraSink next) {
        sink = next;
    }

    @Override
    public void disconnected(CameraSink old) {
        if (sink == old) {
            sink = null;
        }
    }

    @Override
    public void run() {
        long due = System.nanoTime();
        for (long sample = 1; !stopped; sample++) {
            push("a", sample);
            push("b", sample);
            due += PERIOD;
            for (long wait; (wait = due - System.nanoTime()) > 0 && !stopped; ) {
                LockSupport.parkNanos(wait);
            }
        }
    }

    private void push(String camera, long sample) {
        CameraSink now = sink;
        Outcome outcome = now == null
                ? null
                : now.push(new CameraUpdate(camera, new View2d(sample, 0, 1, 0)).withSample(sample))
                        .now(null);
        if (outcome instanceof Outcome.Accepted done) {
            accepted.incrementAndGet();
            digest.addAndGet(WellBehaved.digest(camera, sample));
            highest.accumulateAndGet(done.seq().orElse(0), Math::max);
            lastSample.put(camera, sample);
        } else {
            refused.incrementAndGet();
        }
    }

    /** Ends the movement; the service stays, so that the control does, too. */
    public void halt() throws InterruptedException {
        stopped = true;
        thread.join(5000);
    }

    @Override
    public void close() throws Exception {
        halt();
        service.unregister();
    }
}
