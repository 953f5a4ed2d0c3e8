package org.geometryos.compositor.camera;

import java.util.Map;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;

/** The camera bridge as its component, turned by hand. */
public final class SimulatedCamera {
    private final CameraComponent component;

    public SimulatedCamera(LongSupplier nanos, LongSupplier micros) {
        component = new CameraComponent(null, Map.of(), bundle -> true, nanos, micros);
    }

    public CameraBridge bridge() {
        return component;
    }

    public void setJournal(Journal next) {
        component.setJournal(next);
    }

    public void unsetJournal(Journal old) {
        component.unsetJournal(old);
    }

    public void add(CameraSource source, String id, int priority) {
        component.addSource(source, Map.of(CameraSource.ID, id, CameraSource.PRIORITY, priority));
    }

    public void remove(CameraSource source) {
        component.removeSource(source);
    }

    public void tick() {
        component.tick();
    }

    public void stop() {
        try {
            component.deactivate();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
