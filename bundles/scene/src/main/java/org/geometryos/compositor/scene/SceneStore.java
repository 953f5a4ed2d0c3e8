package org.geometryos.compositor.scene;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.protocol.DecodeException;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/** The scene on disk, as the snapshot that a display would get of it. One thread at a time; it does I/O. */
final class SceneStore {
    /** What a file begins with; the rest is the snapshot. */
    private static final Pattern VERSION = Pattern.compile("\\A\\{\"version\":(\\d{1,9}),");

    private static final int KNOWN = 1;
    private static final byte[] HEAD = ("{\"version\":" + KNOWN + ",").getBytes(StandardCharsets.US_ASCII);

    private final WholeFile file;
    private Scene stored = Scene.EMPTY;
    private final boolean fresh;

    /** Reads what is there; a file that cannot be used is set aside, and the scene begins empty. */
    SceneStore(WholeFile file) {
        this.file = file;
        boolean[] there = new boolean[1];
        boolean damaged = file.read(content -> {
                    there[0] = true;
                    stored = scene(content);
                })
                .isPresent();
        fresh = !there[0] && !damaged;
    }

    /** Whether no scene had been stored when this was made. */
    boolean fresh() {
        return fresh;
    }

    private static Scene scene(byte[] content) {
        Matcher version =
                VERSION.matcher(new String(content, 0, Math.min(content.length, 32), StandardCharsets.ISO_8859_1));
        if (version.find() && Integer.parseInt(version.group(1)) > KNOWN) {
            throw new IllegalArgumentException(
                    "it was written by a newer version (format " + version.group(1) + ", known is " + KNOWN + ")");
        }
        try {
            if (Codecs.json().decodeServer(ByteBuffer.wrap(content)) instanceof ServerMessage.Snapshot snapshot
                    && snapshot.scene().isPresent()) {
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

    /** Writes the scene if it is another; what cannot be written is tried again by the next call. */
    void save(Scene scene) {
        if (scene.equals(stored)) {
            return;
        }
        ServerMessage.SceneState state =
                new ServerMessage.SceneState(scene.revision(), scene.models(), scene.selected());
        byte[] snapshot = Codecs.json()
                .encode(new ServerMessage.Snapshot(
                        "", 0, true, List.of(), List.of(), Optional.of(state), Optional.empty()));
        // the head in place of its opening brace
        byte[] content = Arrays.copyOf(HEAD, HEAD.length + snapshot.length - 1);
        System.arraycopy(snapshot, 1, content, HEAD.length, snapshot.length - 1);
        if (file.save(content)) {
            stored = scene;
        }
    }

    /** What is wrong at present. Any thread. */
    List<String> problems() {
        return file.problems();
    }
}
