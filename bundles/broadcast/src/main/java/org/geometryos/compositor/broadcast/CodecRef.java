package org.geometryos.compositor.broadcast;

import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.protocol.Codec;
import org.geometryos.compositor.protocol.ServerMessage;

/** A codec service, and the number that tells it from the one before it. */
public record CodecRef(Codec codec, long generation) {

    /** What of an entry goes to a display, in the codec's form; encoded at most once. */
    byte[] encode(Entry entry, Extent extent) {
        return extent == Extent.WHOLE
                ? entry.encoded(codec.subprotocol(), generation, () -> codec.encode(message(entry, extent)))
                : entry.encoded(
                        codec.subprotocol() + extent.suffix, generation, () -> codec.encode(message(entry, extent)));
    }

    boolean text() {
        return codec.text();
    }

    /** The newest view of a camera, as it stands in a snapshot. */
    static ServerMessage.Camera camera(Entry entry) {
        return new ServerMessage.Camera(
                OptionalLong.of(entry.seq()), entry.change().view().orElseThrow());
    }

    /** The view as a part of a transaction, if the extent has it. */
    private static Optional<ServerMessage.Camera> part(Optional<CameraState> view, Extent extent) {
        return view.filter(state -> extent.view).map(state -> new ServerMessage.Camera(OptionalLong.empty(), state));
    }

    static ServerMessage message(Entry entry, Extent extent) {
        return entry.change().accept(new Change.Visitor<>() {
            @Override
            public ServerMessage cameraChanged(Change.CameraChanged change) {
                return camera(entry);
            }

            @Override
            public ServerMessage cameraRemoved(Change.CameraRemoved change) {
                return new ServerMessage.CameraRemoved(entry.seq(), change.camera());
            }

            @Override
            public ServerMessage controlChanged(Change.ControlChanged change) {
                return new ServerMessage.Control(entry.seq(), change.state());
            }

            @Override
            public ServerMessage presenceChanged(Change.PresenceChanged change) {
                return new ServerMessage.Display(entry.seq(), change.presence());
            }

            @Override
            public ServerMessage sceneChanged(Change.SceneChanged change) {
                return extent == Extent.VIEW
                        ? camera(entry)
                        : new ServerMessage.Scene(
                                entry.seq(),
                                change.ops(),
                                change.origin(),
                                part(change.camera(), extent),
                                OptionalLong.of(change.time()));
            }

            @Override
            public ServerMessage tilesChanged(Change.TilesChanged change) {
                return switch (extent) {
                    case VIEW, SCENE, SCENE_VIEW -> change.scene().orElseThrow().accept(this);
                    case WHOLE, TILES, TILES_SCENE, TILES_VIEW ->
                        new ServerMessage.Tiles(
                                entry.seq(),
                                change.ops(),
                                change.origin(),
                                change.scene().filter(scene -> extent.scene).map(Change.SceneChanged::ops),
                                part(change.view(), extent),
                                OptionalLong.of(change.time()));
                };
            }

            @Override
            public ServerMessage wallChanged(Change.WallChanged change) {
                return new ServerMessage.Wall(entry.seq(), change.state());
            }

            @Override
            public ServerMessage wallRemoved(Change.WallRemoved change) {
                return new ServerMessage.WallRemoved(entry.seq(), change.wall());
            }
        });
    }
}
