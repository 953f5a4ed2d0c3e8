package org.geometryos.compositor.api.journal;

import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.connection.Presence;

/** What an entry of the journal says. Immutable values of this API and the JDK only. */
public sealed interface Change {

    /** A camera has a new view. */
    record CameraChanged(CameraState state) implements Change {}

    /** A camera is gone. */
    record CameraRemoved(String camera) implements Change {}

    /** A camera has another holder, or none. */
    record ControlChanged(ControlState state) implements Change {}

    /** A display came, changed or went. */
    record PresenceChanged(Presence presence) implements Change {}
}
