package org.geometryos.compositor.scene;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.io.state.SnapshotFile;
import org.geometryos.compositor.protocol.ServerMessage;

/** The scene on disk. */
final class SceneStore {
    private SceneStore() {}

    static SnapshotFile<Scene> of(WholeFile file) {
        return new SnapshotFile<>(
                file,
                "a scene",
                Scene.EMPTY,
                snapshot ->
                        snapshot.scene().map(state -> new Scene(state.revision(), state.models(), state.selected())),
                SceneStore::snapshot);
    }

    private static ServerMessage.Snapshot snapshot(Scene scene) {
        return new ServerMessage.Snapshot(
                "",
                0,
                true,
                List.of(),
                List.of(),
                Optional.of(new ServerMessage.SceneState(scene.revision(), scene.models(), scene.selected())),
                Optional.empty());
    }
}
