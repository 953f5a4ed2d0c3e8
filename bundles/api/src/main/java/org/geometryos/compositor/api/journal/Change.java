package org.geometryos.compositor.api.journal;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.wall.Wall;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What an entry of the journal says. Immutable values of this API and the JDK only.
 *
 * <p>A consumer that treats several kinds of changes implements {@link Visitor}: a kind that a later version adds does
 * not compile until the consumer has an answer to it. A test for one kind, for the sake of that kind alone, needs no
 * visitor.
 */
public sealed interface Change {

    /** Calls the method of the visitor that belongs to this kind of change, once, on the caller's thread. */
    <R> R accept(Visitor<R> visitor);

    /** The view that the change gives a camera, if it does: by itself or as a part of a transaction. */
    default Optional<CameraState> view() {
        return Optional.empty();
    }

    /** The change of the scene that it is, or that is a part of it. */
    default Optional<SceneChanged> inScene() {
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

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.cameraChanged(this);
        }
    }

    /** A camera is gone. */
    record CameraRemoved(String camera, Optional<String> origin) implements Change {
        public CameraRemoved(String camera) {
            this(camera, Optional.empty());
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.cameraRemoved(this);
        }
    }

    /** A camera has another holder, or none. */
    record ControlChanged(ControlState state, Optional<String> origin) implements Change {
        /** Of a holder that took it: that is who caused it. */
        public ControlChanged(ControlState state) {
            this(state, state.session());
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.controlChanged(this);
        }
    }

    /** A display came, changed or went. */
    record PresenceChanged(Presence presence) implements Change {
        @Override
        public Optional<String> origin() {
            return Optional.of(presence.session());
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.presenceChanged(this);
        }
    }

    /**
     * A transaction on the scene.
     *
     * @param camera the view that belongs to it
     * @param scene as it stands after it
     * @param time microseconds since the Unix epoch: when the camera's view was sampled, without one when the server
     *     took it
     */
    record SceneChanged(
            List<SceneOp> ops, Optional<String> origin, Optional<CameraState> camera, Scene scene, long time)
            implements Change {
        public SceneChanged {
            ops = List.copyOf(ops);
        }

        @Override
        public Optional<CameraState> view() {
            return camera;
        }

        @Override
        public Optional<SceneChanged> inScene() {
            return Optional.of(this);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.sceneChanged(this);
        }
    }

    /**
     * A transaction on tiles.
     *
     * @param scene what belongs to it of the scene and a camera; who does not care for tiles takes it as if it were the
     *     whole change
     * @param tiles as they stand after it
     * @param time microseconds since the Unix epoch: that of {@code scene}, without it when the server took it
     */
    record TilesChanged(List<TileOp> ops, Optional<String> origin, Optional<SceneChanged> scene, Tiles tiles, long time)
            implements Change {
        public TilesChanged {
            ops = List.copyOf(ops);
        }

        @Override
        public Optional<CameraState> view() {
            return scene.flatMap(SceneChanged::camera);
        }

        @Override
        public Optional<SceneChanged> inScene() {
            return scene;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.tilesChanged(this);
        }
    }

    /** A wall is there, or another one than before: its whole state. */
    record WallChanged(Wall state) implements Change {
        @Override
        public Optional<String> origin() {
            return Optional.empty();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.wallChanged(this);
        }
    }

    /** A wall is gone. */
    record WallRemoved(String wall) implements Change {
        @Override
        public Optional<String> origin() {
            return Optional.empty();
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.wallRemoved(this);
        }
    }

    /**
     * An answer to each kind of change. A later version of this package may add a kind and with it a method.
     *
     * @param <R> what the answers are; {@link Void} if they are none
     */
    @ConsumerType
    interface Visitor<R> {
        R cameraChanged(CameraChanged change);

        R cameraRemoved(CameraRemoved change);

        R controlChanged(ControlChanged change);

        R presenceChanged(PresenceChanged change);

        R sceneChanged(SceneChanged change);

        R tilesChanged(TilesChanged change);

        R wallChanged(WallChanged change);

        R wallRemoved(WallRemoved change);
    }
}
