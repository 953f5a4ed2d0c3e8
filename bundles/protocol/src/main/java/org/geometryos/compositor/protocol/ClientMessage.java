package org.geometryos.compositor.protocol;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Opening;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.replay.PlaybackCommand;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.wall.MemberReport;
import org.osgi.annotation.versioning.ConsumerType;

/** What a client sends (protocol, "Messages"). An instance is valid. */
public sealed interface ClientMessage {

    /** The client's number of the request; the answer carries it. */
    Optional<RequestId> id();

    /** Calls the method of the visitor that belongs to this kind of message, once, on the caller's thread. */
    <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;

    record Hello(Optional<RequestId> id, Opening opening) implements ClientMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.hello(this);
        }
    }

    record Settings(Optional<RequestId> id, DisplaySettings settings) implements ClientMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.settings(this);
        }
    }

    record Subscribe(Optional<RequestId> id, Subscription subscription) implements ClientMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.subscribe(this);
        }
    }

    record Unsubscribe(Optional<RequestId> id) implements ClientMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.unsubscribe(this);
        }
    }

    record Camera(Optional<RequestId> id, CameraUpdate update) implements ClientMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.camera(this);
        }
    }

    /** @param force whether to take it whoever holds it; only with {@code TAKE}, and for role {@code admin} */
    record Control(Optional<RequestId> id, String camera, Action action, boolean force) implements ClientMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.control(this);
        }

        public enum Action {
            TAKE,
            RELEASE,
            ASK
        }

        /** Without force. */
        public Control(Optional<RequestId> id, String camera, Action action) {
            this(id, camera, action, false);
        }
    }

    /** @param camera the update that belongs to the transaction; without time and sample */
    record Scene(Optional<RequestId> id, List<SceneOp> ops, Optional<CameraUpdate> camera) implements ClientMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.scene(this);
        }
    }

    /**
     * @param scene operations on the scene that belong to the transaction
     * @param camera the update that belongs to the transaction; without time and sample
     */
    record Tiles(Optional<RequestId> id, List<TileOp> ops, List<SceneOp> scene, Optional<CameraUpdate> camera)
            implements ClientMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.tiles(this);
        }
    }

    /**
     * A hand on what plays; the {@code ack} tells where it is then.
     *
     * @param playback the name of the camera source that it plays as; empty: all of them, which only a question may be
     *     about
     * @param command what to do; empty: nothing, it asks how they are
     */
    record Replay(Optional<RequestId> id, Optional<String> playback, Optional<PlaybackCommand> command)
            implements ClientMessage {
        public Replay {
            if (command.isPresent() && playback.isEmpty()) {
                throw new InvalidValueException("playback", null, "is required");
            }
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.replay(this);
        }
    }

    /**
     * @param t0 the client's clock, handed back unchanged
     * @param report what a member of a wall says of the time since its last one
     */
    record Ping(Optional<RequestId> id, long t0, Optional<MemberReport> report) implements ClientMessage {
        /** Without a report. */
        public Ping(Optional<RequestId> id, long t0) {
            this(id, t0, Optional.empty());
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.ping(this);
        }
    }

    record Admin(Optional<RequestId> id, AdminAction action) implements ClientMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.admin(this);
        }
    }

    record Bye(Optional<RequestId> id) implements ClientMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.bye(this);
        }
    }

    /**
     * An answer to each kind of message. A later version of this package may add a kind and with it a method.
     *
     * @param <R> what the answers are; {@link Void} if they are none
     * @param <X> what an answer may throw; {@link RuntimeException} if nothing that is checked
     */
    @ConsumerType
    interface Visitor<R, X extends Exception> {
        R hello(Hello message) throws X;

        R settings(Settings message) throws X;

        R subscribe(Subscribe message) throws X;

        R unsubscribe(Unsubscribe message) throws X;

        R camera(Camera message) throws X;

        R control(Control message) throws X;

        R scene(Scene message) throws X;

        R tiles(Tiles message) throws X;

        R replay(Replay message) throws X;

        R ping(Ping message) throws X;

        R admin(Admin message) throws X;

        R bye(Bye message) throws X;
    }

    /** What role {@code admin} may ask for. */
    sealed interface AdminAction {

        /** Calls the method of the visitor that belongs to this kind of action, once, on the caller's thread. */
        <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;
        /** Milliseconds. */
        record Drain(OptionalLong over, OptionalLong reconnectAfter) implements AdminAction {
            @Override
            public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
                return visitor.drain(this);
            }
        }

        record Undrain() implements AdminAction {
            @Override
            public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
                return visitor.undrain(this);
            }
        }

        record Close(String display, Optional<String> reason) implements AdminAction {
            @Override
            public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
                return visitor.close(this);
            }
        }

        record Notice(Optional<String> display, Level level, String text) implements AdminAction {
            @Override
            public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
                return visitor.notice(this);
            }
        }

        record RemoveCamera(String camera) implements AdminAction {
            @Override
            public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
                return visitor.removeCamera(this);
            }
        }

        /**
         * An answer to each kind of action. A later version of this package may add a kind and with it a method.
         *
         * @param <R> what the answers are; {@link Void} if they are none
         * @param <X> what an answer may throw; {@link RuntimeException} if nothing that is checked
         */
        @ConsumerType
        interface Visitor<R, X extends Exception> {
            R drain(Drain action) throws X;

            R undrain(Undrain action) throws X;

            R close(Close action) throws X;

            R notice(Notice action) throws X;

            R removeCamera(RemoveCamera action) throws X;
        }
    }
}
