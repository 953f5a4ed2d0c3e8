package org.geometryos.compositor.itest.outside;

import java.util.Hashtable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** The only class of a bundle that {@link SmallBundle} makes for tests: turns the camera {@code deployed} at 20 Hz. */
public final class DeployedCamera implements BundleActivator, CameraSource {
    public static final String CAMERA = "deployed";

    private volatile CameraSink sink;
    private ScheduledExecutorService clock;
    private long sample;

    @Override
    public void start(BundleContext context) {
        Hashtable<String, Object> properties = new Hashtable<>();
        properties.put(ID, "hot");
        context.registerService(CameraSource.class, this, properties);
        clock = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "deployed-camera"));
        clock.scheduleAtFixedRate(this::push, 0, 50, TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop(BundleContext context) {
        clock.shutdownNow();
    }

    private void push() {
        CameraSink to = sink;
        if (to != null) {
            to.push(new CameraUpdate(CAMERA, new View2d(sample, -sample, 1, 0)).withSample(sample++));
        }
    }

    @Override
    public void connected(CameraSink to) {
        sink = to;
    }

    @Override
    public void disconnected(CameraSink from) {
        if (sink == from) {
            sink = null;
        }
    }
}
