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

    /** @param generation of the codec's service, so that what the broadcaster has encoded is not encoded again */
    static Row of(Entry entry, Codec codec, long generation) {
        Change change = entry.change();
        if (change instanceof Change.CameraChanged changed) {
            return row(
                    entry,
                    codec,
                    generation,
                    OptionalLong.of(changed.state().time()),
                    OptionalLong.of(changed.state().received()),
                    "camera",
                    Optional.of(changed.state().camera()),
                    new ServerMessage.Camera(OptionalLong.of(entry.seq()), changed.state()));
        }
        if (change instanceof Change.CameraRemoved removed) {
            return row(
                    entry,
                    codec,
                    generation,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    "camera-removed",
                    Optional.of(removed.camera()),
                    new ServerMessage.CameraRemoved(entry.seq(), removed.camera()));
        }
        if (change instanceof Change.ControlChanged control) {
            return row(
                    entry,
                    codec,
                    generation,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    "control",
                    Optional.of(control.state().camera()),
                    new ServerMessage.Control(entry.seq(), control.state()));
        }
        if (change instanceof Change.PresenceChanged presence) {
            return row(
                    entry,
                    codec,
                    generation,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    "display",
                    Optional.empty(),
                    new ServerMessage.Display(entry.seq(), presence.presence()));
        }
        if (change instanceof Change.SceneChanged scene) {
            return row(
                    entry,
                    codec,
                    generation,
                    OptionalLong.empty(),
                    scene.camera()
                            .map(state -> OptionalLong.of(state.received()))
                            .orElse(OptionalLong.empty()),
                    "scene",
                    scene.camera().map(CameraState::camera),
                    new ServerMessage.Scene(
                            entry.seq(),
                            scene.ops(),
                            scene.origin(),
                            scene.camera().map(state -> new ServerMessage.Camera(OptionalLong.empty(), state))));
        }
        throw new IllegalArgumentException("no message for " + change);
    }

    private static Row row(
            Entry entry,
            Codec codec,
            long generation,
            OptionalLong time,
            OptionalLong received,
            String kind,
            Optional<String> camera,
            ServerMessage message) {
        byte[] bytes = entry.encoded(codec.subprotocol(), generation, () -> codec.encode(message));
        return new Row(entry.seq(), time, received, kind, camera, new String(bytes, StandardCharsets.UTF_8));
    }
}
