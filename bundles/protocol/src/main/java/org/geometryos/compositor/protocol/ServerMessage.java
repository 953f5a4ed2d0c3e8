package org.geometryos.compositor.protocol;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Level;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.api.replay.PlaybackState;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.osgi.annotation.versioning.ConsumerType;

/** What the server sends (protocol, "Messages"). Times in microseconds since the Unix epoch unless said otherwise. */
public sealed interface ServerMessage {

    /** Calls the method of the visitor that belongs to this kind of message, once, on the caller's thread. */
    <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X;

    /**
     * @param wall the wall that this display is a member of
     * @param hosts addresses of the hosts at which the session can go on, this one among them; empty: here alone
     */
    record Welcome(
            String session,
            String display,
            String token,
            boolean resumed,
            String epoch,
            long seq,
            long time,
            Role role,
            Beat heartbeat,
            Limits limits,
            Server server,
            Optional<DisplaySettings> settings,
            Optional<String> wall,
            List<String> hosts)
            implements ServerMessage {
        public Welcome {
            hosts = List.copyOf(hosts);
        }

        /** Of a host alone. */
        public Welcome(
                String session,
                String display,
                String token,
                boolean resumed,
                String epoch,
                long seq,
                long time,
                Role role,
                Beat heartbeat,
                Limits limits,
                Server server,
                Optional<DisplaySettings> settings,
                Optional<String> wall) {
            this(
                    session, display, token, resumed, epoch, seq, time, role, heartbeat, limits, server, settings, wall,
                    List.of());
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.welcome(this);
        }
    }

    /** Milliseconds. */
    record Beat(long interval, long timeout) {}

    /** @param resumeWindow milliseconds */
    record Limits(int messageBytes, int requestsPerSecond, long resumeWindow, int cameras, int models) {}

    record Server(String name, String version) {}

    /** @param playbacks of a request about what plays: how that is; otherwise empty */
    record Ack(RequestId id, OptionalLong seq, Optional<List<Playback>> playbacks) implements ServerMessage {
        /** The answer to a request that is not about what plays. */
        public Ack(RequestId id, OptionalLong seq) {
            this(id, seq, Optional.empty());
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.ack(this);
        }
    }

    /**
     * What plays, and where it is. Positions are microseconds since the beginning of the recording.
     *
     * @param playback the name of the camera source that it plays as
     * @param status what it does
     * @param position at most {@code length}
     * @param length position of the last entry
     * @param speed factor; 1 is as recorded
     * @param loop whether it begins again
     * @param marks between which it loops; empty: all of it
     * @param began when the server got the first entry, of a recording of the recorder
     */
    record Playback(
            String playback,
            PlaybackState.Status status,
            long position,
            long length,
            double speed,
            boolean loop,
            Optional<PlaybackState.Marks> marks,
            OptionalLong began) {
        /** Its recordings and cameras are not on the wire: their number has no bound that a message could hold. */
        public static Playback of(String playback, PlaybackState state) {
            return new Playback(
                    playback,
                    state.status(),
                    state.position(),
                    state.length(),
                    state.speed(),
                    state.loop(),
                    state.marks(),
                    state.began());
        }
    }

    record Error(Optional<RequestId> id, ErrorCode code, String message, Optional<String> field)
            implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.error(this);
        }
    }

    /**
     * @param walls empty if the subscription asks for none
     * @param tiles empty if the subscription asks for none
     */
    record Snapshot(
            String epoch,
            long seq,
            boolean all,
            List<Camera> cameras,
            List<Control> control,
            Optional<SceneState> scene,
            Optional<List<Display>> displays,
            Optional<List<Wall>> walls,
            Optional<TilesState> tiles)
            implements ServerMessage {
        /** Without walls and tiles. */
        public Snapshot(
                String epoch,
                long seq,
                boolean all,
                List<Camera> cameras,
                List<Control> control,
                Optional<SceneState> scene,
                Optional<List<Display>> displays) {
            this(epoch, seq, all, cameras, control, scene, displays, Optional.empty(), Optional.empty());
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.snapshot(this);
        }
    }

    /**
     * @param layers all tilesets, with as much of their sets of tiles as the snapshot has room for
     * @param following so many {@code tiles} messages with the rest come behind the snapshot
     */
    record TilesState(long revision, List<TileLayer> layers, int following) {}

    record SceneState(long revision, List<Model> models, List<String> selected) {}

    /** @param seq empty inside a {@code scene} message */
    record Camera(OptionalLong seq, CameraState state) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.camera(this);
        }
    }

    record CameraRemoved(long seq, String camera) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.cameraRemoved(this);
        }
    }

    record Control(long seq, ControlState state) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.control(this);
        }
    }

    /**
     * @param time when its camera's view was sampled, without one when the server took it; empty of a server, or in a
     *     recording, that knows no walls
     */
    record Scene(long seq, List<SceneOp> ops, Optional<String> origin, Optional<Camera> camera, OptionalLong time)
            implements ServerMessage {
        /** Without a time. */
        public Scene(long seq, List<SceneOp> ops, Optional<String> origin, Optional<Camera> camera) {
            this(seq, ops, origin, camera, OptionalLong.empty());
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.scene(this);
        }
    }

    /**
     * A transaction on tiles, or, behind a snapshot and with its number, a part of a set of tiles.
     *
     * @param scene the operations on the scene that belong to it
     * @param time as in {@link Scene}; empty behind a snapshot
     */
    record Tiles(
            long seq,
            List<TileOp> ops,
            Optional<String> origin,
            Optional<List<SceneOp>> scene,
            Optional<Camera> camera,
            OptionalLong time)
            implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.tiles(this);
        }
    }

    record Display(long seq, Presence presence) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.display(this);
        }
    }

    /**
     * Somebody asks the holder of a camera for its control. Not in the sequence.
     *
     * @param display of who asks
     * @param session of who asks
     */
    record Asked(String camera, String display, String session) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.asked(this);
        }
    }

    /** A wall as it stands: its whole state. */
    record Wall(long seq, org.geometryos.compositor.api.wall.Wall state) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.wall(this);
        }
    }

    record WallRemoved(long seq, String wall) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.wallRemoved(this);
        }
    }

    /**
     * This display is a member of another wall now, or of none. Not in the sequence.
     *
     * @param wall the name of the wall
     */
    record Assigned(Optional<String> wall) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.assigned(this);
        }
    }

    record Notice(Level level, String text) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.notice(this);
        }
    }

    record Heartbeat(long time, long seq, long delivered, long superseded, long refused) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.heartbeat(this);
        }
    }

    /**
     * @param t0 as the client gave it
     * @param reportAfter where the ping had a report: after how many milliseconds the server wants the next one
     */
    record Pong(Optional<RequestId> id, long t0, long t1, long t2, OptionalLong reportAfter) implements ServerMessage {
        /** The answer to a ping without a report. */
        public Pong(Optional<RequestId> id, long t0, long t1, long t2) {
            this(id, t0, t1, t2, OptionalLong.empty());
        }

        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.pong(this);
        }
    }

    record Gap(long from, long to) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.gap(this);
        }
    }

    /** @param reconnectAfter milliseconds */
    record Goodbye(int code, String reason, OptionalLong reconnectAfter) implements ServerMessage {
        @Override
        public <R, X extends Exception> R accept(Visitor<R, X> visitor) throws X {
            return visitor.goodbye(this);
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
        R welcome(Welcome message) throws X;

        R ack(Ack message) throws X;

        R error(Error message) throws X;

        R snapshot(Snapshot message) throws X;

        R camera(Camera message) throws X;

        R cameraRemoved(CameraRemoved message) throws X;

        R control(Control message) throws X;

        R scene(Scene message) throws X;

        R tiles(Tiles message) throws X;

        R display(Display message) throws X;

        R asked(Asked message) throws X;

        R wall(Wall message) throws X;

        R wallRemoved(WallRemoved message) throws X;

        R assigned(Assigned message) throws X;

        R notice(Notice message) throws X;

        R heartbeat(Heartbeat message) throws X;

        R pong(Pong message) throws X;

        R gap(Gap message) throws X;

        R goodbye(Goodbye message) throws X;
    }
}
