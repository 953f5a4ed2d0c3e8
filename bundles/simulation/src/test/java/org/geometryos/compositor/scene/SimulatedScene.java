package org.geometryos.compositor.scene;

import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.scene.SceneService;
import org.geometryos.compositor.api.value.Answer;

/** The scene's keeper, with its file in memory. */
public final class SimulatedScene implements SceneService {
    private static final int MODELS = 256;
    private static final int BYTES = 196_608;

    private final SceneKeeper keeper;
    private CameraBridge cameras;

    /**
     * @param stored what the one before has written
     * @param micros the time of day, microseconds since the Unix epoch
     */
    public SimulatedScene(Scene stored, LongSupplier micros) {
        keeper = new SceneKeeper(() -> cameras, stored, new Settings(MODELS, BYTES), micros);
    }

    public void setJournal(Journal next) {
        keeper.setJournal(next);
    }

    public void unsetJournal(Journal old) {
        keeper.journalGone(old);
    }

    /** @param next null while it is away */
    public void cameras(CameraBridge next) {
        cameras = next;
    }

    @Override
    public Answer<SceneOutcome> change(Driver driver, List<SceneOp> ops, Optional<CameraUpdate> camera) {
        return keeper.change(driver, ops, camera);
    }

    @Override
    public Scene scene() {
        return keeper.scene();
    }

    @Override
    public int maxModels() {
        return keeper.maxModels();
    }
}
