package org.geometryos.compositor.recorder;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * An entry as it stands in the database.
 *
 * @param time of the sample, microseconds; views only
 * @param received microseconds; of what carries no time it is known only when the recorder reads it
 * @param kind the type of the message
 */
record Row(long seq, OptionalLong time, OptionalLong received, String kind, Optional<String> camera, String json) {

    /**
     * Empty for a wall, which is configuration and not what happened.
     *
     * @param generation of the codec's service, so that what the broadcaster has encoded is not encoded again
     */
    static Optional<Row> of(Entry entry, Codec codec, long generation) {
        return entry.change().accept(new Change.Visitor<Optional<Row>>() {
            @Override
            public Optional<Row> cameraChanged(Change.CameraChanged change) {
                CameraState state = change.state();
                return row(
                        OptionalLong.of(state.time()),
                        OptionalLong.of(state.received()),
                        "camera",
                        Optional.of(state.camera()),
                        new ServerMessage.Camera(OptionalLong.of(entry.seq()), state));
            }

            @Override
            public Optional<Row> cameraRemoved(Change.CameraRemoved change) {
                return row(
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        "camera-removed",
                        Optional.of(change.camera()),
                        new ServerMessage.CameraRemoved(entry.seq(), change.camera()));
            }

            @Override
            public Optional<Row> controlChanged(Change.ControlChanged change) {
                return row(
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        "control",
                        Optional.of(change.state().camera()),
                        new ServerMessage.Control(entry.seq(), change.state()));
            }

            @Override
            public Optional<Row> presenceChanged(Change.PresenceChanged change) {
                return row(
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        "display",
                        Optional.empty(),
                        new ServerMessage.Display(entry.seq(), change.presence()));
            }

            @Override
            public Optional<Row> sceneChanged(Change.SceneChanged change) {
                return row(
                        OptionalLong.empty(),
                        change.camera()
                                .map(state -> OptionalLong.of(state.received()))
                                .orElse(OptionalLong.empty()),
                        "scene",
                        change.camera().map(CameraState::camera),
                        new ServerMessage.Scene(
                                entry.seq(),
                                change.ops(),
                                change.origin(),
                                change.camera().map(state -> new ServerMessage.Camera(OptionalLong.empty(), state)),
                                OptionalLong.of(change.time())));
            }

            @Override
            public Optional<Row> tilesChanged(Change.TilesChanged change) {
                return row(
                        OptionalLong.empty(),
                        change.view()
                                .map(state -> OptionalLong.of(state.received()))
                                .orElse(OptionalLong.empty()),
                        "tiles",
                        change.view().map(CameraState::camera),
                        new ServerMessage.Tiles(
                                entry.seq(),
                                change.ops(),
                                change.origin(),
                                change.scene().map(Change.SceneChanged::ops),
                                change.view().map(state -> new ServerMessage.Camera(OptionalLong.empty(), state)),
                                OptionalLong.of(change.time())));
            }

            @Override
            public Optional<Row> wallChanged(Change.WallChanged change) {
                return Optional.empty();
            }

            @Override
            public Optional<Row> wallRemoved(Change.WallRemoved change) {
                return Optional.empty();
            }

            private Optional<Row> row(
                    OptionalLong time,
                    OptionalLong received,
                    String kind,
                    Optional<String> camera,
                    ServerMessage message) {
                byte[] bytes = entry.encoded(codec.subprotocol(), generation, () -> codec.encode(message));
                return Optional.of(
                        new Row(entry.seq(), time, received, kind, camera, new String(bytes, StandardCharsets.UTF_8)));
            }
        });
    }
}
