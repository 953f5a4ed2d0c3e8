package org.geometryos.compositor.scene;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.files.WholeFile;
import org.geometryos.compositor.protocol.Codecs;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scene on disk, as the snapshot that a display would get of it. One thread at a time; it does I/O. */
final class SceneStore {
    private static final Logger LOG = LoggerFactory.getLogger(SceneStore.class);

    private final WholeFile file;
    private Scene stored = Scene.EMPTY;
    private boolean failing;

    /** Reads what is there; a file that cannot be used is set aside, and the scene begins empty. */
    SceneStore(WholeFile file) {
        this.file = file;
        file.read(content -> stored = scene(content));
    }

    private static Scene scene(byte[] content) {
        try {
            if (Codecs.json().decodeServer(ByteBuffer.wrap(content)) instanceof ServerMessage.Snapshot snapshot && snapshot.scene().isPresent()) {
                ServerMessage.SceneState state = snapshot.scene().get();
                return new Scene(state.revision(), state.models(), state.selected());
            }
        } catch (DecodeException e) {
            throw new IllegalArgumentException(e.getMessage());
        }
        throw new IllegalArgumentException("it holds no snapshot of a scene");
    }

    /** The scene as it was read or last saved. */
    Scene stored() {
        return stored;
    }

    /** Writes the scene if it is another. A disk that takes nothing is reported once, and once more when it takes it again. */
    void save(Scene scene) {
        if (scene.equals(stored)) {
            return;
        }
        ServerMessage.SceneState state = new ServerMessage.SceneState(scene.revision(), scene.models(), scene.selected());
        try {
            file.write(Codecs.json().encode(new ServerMessage.Snapshot("", 0, true, List.of(), List.of(), Optional.of(state), Optional.empty())));
            stored = scene;
            if (failing) {
                failing = false;
                LOG.info("{} can be written again", file);
            }
        } catch (IOException e) {
            if (!failing) {
                failing = true;
                LOG.error("{} cannot be written ({}); it is tried again until it can", file, e.toString());
            }
        }
    }
}
