package org.geometryos.compositor.itest.inputs;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraSourceId;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.View2d;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

// the source that the README shows; ReadmeIT compares the two
@Component
@CameraSourceId(id = "spinner")
public final class SpinningCamera implements CameraSource {
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private volatile CameraSink sink;

    @Activate
    public SpinningCamera() {
        clock.scheduleAtFixedRate(this::move, 0, 16, TimeUnit.MILLISECONDS);
    }

    private void move() {
        CameraSink to = sink;
        if (to != null) {
            to.push(new CameraUpdate(
                    "spinner", new View2d(819_200, 819_200, 1, System.nanoTime() / 1e9 % (2 * Math.PI))));
        }
    }

    @Override
    public void connected(CameraSink bridge) {
        sink = bridge;
    }

    @Override
    public void disconnected(CameraSink bridge) {
        if (sink == bridge) {
            sink = null;
        }
    }

    @Deactivate
    void stop() {
        clock.shutdownNow();
    }
}
