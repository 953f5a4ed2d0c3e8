package org.geometryos.compositor.api.scene;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.value.Answer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The scene: takes transactions of displays and of other bundles, one after the other, and appends them to the journal.
 * Any thread may call; calls do not block beyond a short lock and do no I/O.
 */
@ProviderType
public interface SceneService {

    /**
     * Changes the scene, and if wanted a camera, as one transaction: everything happens under one number, or nothing
     * does.
     *
     * @param driver the asking driver; its session, if it has one, is the origin that displays receive
     * @param ops applied in order; none at all without a camera is accepted and changes nothing
     * @param camera a view that belongs to the transaction: a free camera is taken, a lease renewed, and if another
     *     holds it nothing of the transaction happens (protocol, "Driving a camera")
     * @return on a single host it is known at once
     */
    Answer<SceneOutcome> change(Driver driver, List<SceneOp> ops, Optional<CameraUpdate> camera);

    /** The scene as it stands. */
    Scene scene();

    /** How many models there may be. */
    int maxModels();
}
