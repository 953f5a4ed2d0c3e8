package org.geometryos.compositor.api.control;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.value.Answer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The camera bridge: takes updates of sources and displays, arbitrates control (protocol, "Driving a camera") and
 * appends what holds to the journal. Any thread may call; calls do not block beyond the journal's append.
 *
 * <p>On a single host the answers are known at once; with several hosts they come when what they tell has its number.
 */
@ProviderType
public interface CameraBridge {

    /** Drives a camera; takes its control if it is free, renews the lease if the driver holds it. */
    Answer<Outcome> update(Driver driver, CameraUpdate update);

    /**
     * Drives a camera as a part of something larger: control is as with {@link #update(Driver, CameraUpdate)}, and what
     * is appended says more than the view.
     *
     * @param sequence whose numbers the fence has; where the bridge has another one nothing happens
     * @param fence of what is appended, but for {@link Fence#under()}, which the bridge knows; where it does not fit
     *     nothing happens
     * @param change makes what is appended out of the camera's new state; quick, without calls into other parts. It may
     *     be called several times
     * @return empty if nothing happened as the fence does not fit any more
     */
    Answer<Optional<Outcome>> update(
            Driver driver, CameraUpdate update, Journal sequence, Fence fence, Function<CameraState, Change> change);

    /**
     * Takes or renews the control of a camera, existing or not. By this alone it lasts no longer than the configured
     * {@code holdLimit} after the holder's last update; then the camera is free, and for the time of a lease whoever
     * kept it is refused as {@link Outcome.Reason#LIMIT}, so that others come first.
     */
    default Answer<Outcome> take(Driver driver, String camera) {
        return take(driver, camera, false);
    }

    /**
     * The same.
     *
     * @param force take it whoever holds it; then nobody's priority wins it back while the lease lasts
     */
    Answer<Outcome> take(Driver driver, String camera, boolean force);

    /** Gives control back. Of a free camera: accepted without a seq. */
    Answer<Outcome> release(Driver driver, String camera);

    /** Gives back whatever a session or source holds: it ended, or lost its role. */
    void releaseAll(Driver driver);

    /** Takes a camera out of the sequence, whoever holds it. One that is driven again is there again. */
    default Answer<Outcome> remove(String camera) {
        return remove(camera, Optional.empty());
    }

    /**
     * The same.
     *
     * @param origin the session that asked for it
     */
    Answer<Outcome> remove(String camera, Optional<String> origin);

    /**
     * Takes a camera of a source out of the sequence, as {@link CameraSink#remove} does.
     *
     * @param source who drove it last of all sources
     */
    Answer<Outcome> remove(Driver source, String camera);

    /** All cameras as they stand. */
    List<CameraState> cameras();

    /** One camera as it stands. */
    Optional<CameraState> camera(String name);

    /** Who holds a camera, if anybody. */
    Optional<ControlState> control(String camera);

    /** All sources that are connected. */
    List<SourceState> sources();

    /** How many cameras there may be. */
    int maxCameras();
}
