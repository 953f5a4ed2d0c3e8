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
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;

/** What the server sends (protocol, "Messages"). Times in microseconds since the Unix epoch unless said otherwise. */
public sealed interface ServerMessage {

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
            Optional<DisplaySettings> settings)
            implements ServerMessage {}

    /** Milliseconds. */
    record Beat(long interval, long timeout) {}

    /** @param resumeWindow milliseconds */
    record Limits(int messageBytes, int requestsPerSecond, long resumeWindow, int cameras, int models) {}

    record Server(String name, String version) {}

    record Ack(RequestId id, OptionalLong seq) implements ServerMessage {}

    record Error(Optional<RequestId> id, ErrorCode code, String message, Optional<String> field)
            implements ServerMessage {}

    record Snapshot(
            String epoch,
            long seq,
            boolean all,
            List<Camera> cameras,
            List<Control> control,
            Optional<SceneState> scene,
            Optional<List<Display>> displays)
            implements ServerMessage {}

    record SceneState(long revision, List<Model> models, List<String> selected) {}

    /** @param seq empty inside a {@code scene} message */
    record Camera(OptionalLong seq, CameraState state) implements ServerMessage {}

    record CameraRemoved(long seq, String camera) implements ServerMessage {}

    record Control(long seq, ControlState state) implements ServerMessage {}

    record Scene(long seq, List<SceneOp> ops, Optional<String> origin, Optional<Camera> camera)
            implements ServerMessage {}

    record Display(long seq, Presence presence) implements ServerMessage {}

    /**
     * Somebody asks the holder of a camera for its control. Not in the sequence.
     *
     * @param display of who asks
     * @param session of who asks
     */
    record Asked(String camera, String display, String session) implements ServerMessage {}

    record Notice(Level level, String text) implements ServerMessage {}

    record Heartbeat(long time, long seq, long delivered, long superseded, long refused) implements ServerMessage {}

    /** @param t0 as the client gave it */
    record Pong(Optional<RequestId> id, long t0, long t1, long t2) implements ServerMessage {}

    record Gap(long from, long to) implements ServerMessage {}

    /** @param reconnectAfter milliseconds */
    record Goodbye(int code, String reason, OptionalLong reconnectAfter) implements ServerMessage {}
}
