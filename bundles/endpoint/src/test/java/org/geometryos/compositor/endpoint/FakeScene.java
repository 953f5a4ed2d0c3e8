package org.geometryos.compositor.endpoint;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.scene.SceneService;

/** Answers what it is told to answer, and keeps what it was asked last. */
final class FakeScene implements SceneService {
    Driver driver;
    List<SceneOp> ops;
    Optional<CameraUpdate> camera;
    SceneOutcome outcome = new SceneOutcome.Accepted(OptionalLong.of(7));

    @Override
    public SceneOutcome change(Driver by, List<SceneOp> wanted, Optional<CameraUpdate> with) {
        driver = by;
        ops = wanted;
        camera = with;
        return outcome;
    }

    @Override
    public Scene scene() {
        return Scene.EMPTY;
    }

    @Override
    public int maxModels() {
        return 256;
    }
}
