package org.geometryos.compositor.broadcast;

import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;

/** A codec service, and the number that tells it from the one before it. */
public record CodecRef(Codec codec, long generation) {

    /** A part of an entry in the codec's form; encoded at most once. */
    byte[] encode(Entry entry, Part part) {
        return part == Part.WHOLE
                ? entry.encoded(codec.subprotocol(), generation, () -> codec.encode(message(entry, part)))
                : entry.encoded(
                        codec.subprotocol() + part.suffix, generation, () -> codec.encode(message(entry, part)));
    }

    boolean text() {
        return codec.text();
    }

    /** The newest view of a camera, as it stands in a snapshot. */
    static ServerMessage.Camera camera(Entry entry) {
        return new ServerMessage.Camera(
                OptionalLong.of(entry.seq()), entry.change().view().orElseThrow());
    }

    static ServerMessage message(Entry entry, Part part) {
        Change change = entry.change();
        if (change instanceof Change.SceneChanged scene) {
            return part == Part.CAMERA
                    ? camera(entry)
                    : new ServerMessage.Scene(
                            entry.seq(),
                            scene.ops(),
                            scene.origin(),
                            part == Part.SCENE
                                    ? Optional.empty()
                                    : scene.camera()
                                            .map(state -> new ServerMessage.Camera(OptionalLong.empty(), state)));
        }
        if (change instanceof Change.CameraChanged) {
            return camera(entry);
        }
        if (change instanceof Change.CameraRemoved removed) {
            return new ServerMessage.CameraRemoved(entry.seq(), removed.camera());
        }
        if (change instanceof Change.ControlChanged control) {
            return new ServerMessage.Control(entry.seq(), control.state());
        }
        if (change instanceof Change.PresenceChanged presence) {
            return new ServerMessage.Display(entry.seq(), presence.presence());
        }
        throw new IllegalArgumentException("no message for " + change);
    }
}
