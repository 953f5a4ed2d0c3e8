package org.geometryos.compositor.api.camera;

import org.geometryos.compositor.api.value.Answer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a {@link CameraSource} pushes its updates. Any thread may call; nothing blocks and no I/O happens on the
 * caller's thread. A source that calls from several threads orders its own calls.
 */
@ProviderType
public interface CameraSink {

    /**
     * Puts an update into the sequence, or says why not. What comes faster than a source may push (10,000 updates a
     * second unless configured, with bursts of one second) is refused as {@link Outcome.Reason#LIMIT}; after
     * {@link CameraSource#disconnected} every call is refused as {@link Outcome.Reason#UNAVAILABLE}.
     *
     * <p>Updates go into the sequence in the order of the calls, whenever their answers come. A source need not look at
     * them.
     *
     * @return on a single host it is known at once; with several hosts it comes when the update has its number
     */
    Answer<Outcome> push(CameraUpdate update);

    /**
     * Takes a camera away because its source is gone for good (by configuration, not because a bundle restarts). One
     * that somebody else holds is refused as {@link Outcome.Reason#HELD}, and goes by itself when it is given back,
     * unless a source drives it again.
     *
     * @return as with {@link #push}
     */
    Answer<Outcome> remove(String camera);

    /**
     * Keeps control of a camera that stands still: the lease of a camera that this source holds begins anew, for as
     * long as a holder may keep a camera without moving it. Nothing is said to displays, and a camera that the source
     * does not hold is not taken.
     *
     * @return whether the source holds the camera
     */
    default boolean renew(String camera) {
        return false;
    }
}
