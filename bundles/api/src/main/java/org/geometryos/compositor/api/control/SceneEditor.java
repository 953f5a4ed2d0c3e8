package org.geometryos.compositor.api.control;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Changes the scene as a part of something larger, as {@link CameraBridge#update(Driver, CameraUpdate, Predicate,
 * Function)} does with a camera. Who changes nothing but the scene uses
 * {@link org.geometryos.compositor.api.scene.SceneService}. Any thread; calls do not block beyond a short lock.
 */
@ProviderType
public interface SceneEditor {

    /**
     * Limits and control are as with {@link org.geometryos.compositor.api.scene.SceneService#change}; what is appended
     * says more than the change of the scene.
     *
     * @param ops may be none
     * @param condition as in {@link Journal#appendIf}; where it does not hold nothing happens
     * @param change makes what is appended out of the change of the scene, which it gives back as
     *     {@link Change#inScene()}; quick, without calls into other parts
     * @return empty if the condition did not hold
     */
    Optional<SceneOutcome> change(
            Driver driver,
            List<SceneOp> ops,
            Optional<CameraUpdate> camera,
            Predicate<Journal> condition,
            Function<Change.SceneChanged, Change> change);
}
