package org.geometryos.compositor.api.control;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.value.Answer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Changes the scene as a part of something larger, as {@link CameraBridge#update(Driver, CameraUpdate, Journal, Fence,
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
     * @param sequence whose numbers the fence has; where the scene has another one nothing happens
     * @param fence of what is appended, but for {@link Fence#scene()} and {@link Fence#under()}, which are known here;
     *     where it does not fit nothing happens
     * @param change makes what is appended out of the change of the scene, which it gives back as
     *     {@link Change#inScene()}; quick, without calls into other parts. It may be called several times
     * @return empty if nothing happened as the fence, or what was added to it, does not fit any more; on a single host
     *     it is known at once
     */
    Answer<Optional<SceneOutcome>> change(
            Driver driver,
            List<SceneOp> ops,
            Optional<CameraUpdate> camera,
            Journal sequence,
            Fence fence,
            Function<Change.SceneChanged, Change> change);
}
