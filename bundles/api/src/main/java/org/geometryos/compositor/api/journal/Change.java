package org.geometryos.compositor.api.journal;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;

/** What an entry of the journal says. Immutable values of this API and the JDK only. */
public sealed interface Change {

    /** The view that the change gives a camera, if it does: by itself or as a part of a transaction. */
    default Optional<CameraState> view() {
        return Optional.empty();
    }

    /** The session that caused it, if a session did. */
    Optional<String> origin();

    /** A camera has a new view. */
    record CameraChanged(CameraState state) implements Change {
        @Override
        public Optional<String> origin() {
            return state.origin();
        }

        @Override
        public Optional<CameraState> view() {
            return Optional.of(state);
        }
    }

    /** A camera is gone. */
    record CameraRemoved(String camera, Optional<String> origin) implements Change {
        public CameraRemoved(String camera) {
            this(camera, Optional.empty());
        }
    }

    /** A camera has another holder, or none. */
    record ControlChanged(ControlState state, Optional<String> origin) implements Change {
        /** Of a holder that took it: that is who caused it. */
        public ControlChanged(ControlState state) {
            this(state, state.session());
        }
    }

    /** A display came, changed or went. */
    record PresenceChanged(Presence presence) implements Change {
        @Override
        public Optional<String> origin() {
            return Optional.of(presence.session());
        }
    }

    /**
     * A transaction on the scene.
     *
     * @param camera the view that belongs to it
     * @param scene as it stands after it
     */
    record SceneChanged(List<SceneOp> ops, Optional<String> origin, Optional<CameraState> camera, Scene scene)
            implements Change {
        public SceneChanged {
            ops = List.copyOf(ops);
        }

        @Override
        public Optional<CameraState> view() {
            return camera;
        }
    }
}
