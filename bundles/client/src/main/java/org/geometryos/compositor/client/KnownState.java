package org.geometryos.compositor.client;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * What is known of cameras, scene, tiles and walls, and up to where in the sequence. It outlives connections. Written
 * by one thread, read by any.
 */
final class KnownState {
    private final CameraTable cameras = new CameraTable();
    private final Map<String, ServerMessage.Wall> walls = new ConcurrentHashMap<>();
    private volatile Optional<String> memberOf = Optional.empty();
    /** Null as long as it is not subscribed to. */
    private volatile Scene scene;

    /** Null as long as it is not subscribed to. */
    private volatile Tiles tiles;
    /** Parts of sets that belong to the last snapshot and have not come yet. */
    private volatile int following;

    private volatile String epoch = "";
    private volatile long seq;

    Map<String, ServerMessage.Camera> cameras() {
        return cameras.copy();
    }

    Map<String, ServerMessage.Wall> walls() {
        return Map.copyOf(walls);
    }

    /** The wall that this display is a member of. */
    Optional<String> memberOf() {
        return memberOf;
    }

    void memberOf(Optional<String> wall) {
        memberOf = wall;
    }

    void wall(ServerMessage.Wall wall) {
        walls.put(wall.state().name(), wall);
        servedUpTo(wall.seq());
    }

    void wallRemoved(ServerMessage.WallRemoved removed) {
        walls.remove(removed.wall());
        servedUpTo(removed.seq());
    }

    Optional<Scene> scene() {
        return Optional.ofNullable(scene);
    }

    /** All tilesets; empty as long as they are not subscribed to, or not all of them have come. */
    Optional<Tiles> tiles() {
        return following > 0 ? Optional.empty() : Optional.ofNullable(tiles);
    }

    /** Whether everything that belongs to the last snapshot has come. */
    boolean complete() {
        return following == 0;
    }

    String epoch() {
        return epoch;
    }

    long seq() {
        return seq;
    }

    /** A session begins that knows nothing of the one before. */
    void begin(String run, long position) {
        epoch = run;
        seq = position;
    }

    /** Everything up to here is applied, or was nothing for this session. */
    void servedUpTo(long position) {
        seq = Math.max(seq, position);
    }

    /** @return whether it was news */
    boolean camera(ServerMessage.Camera camera) {
        if (!cameras.apply(camera)) {
            return false;
        }
        servedUpTo(camera.seq().orElse(0));
        return true;
    }

    void removed(ServerMessage.CameraRemoved removed) {
        cameras.remove(removed.camera());
        servedUpTo(removed.seq());
    }

    void transaction(ServerMessage.Scene change) {
        change.camera().ifPresent(camera -> cameras.apply(camera, change.seq()));
        changed(change.ops());
        servedUpTo(change.seq());
    }

    private void changed(List<SceneOp> ops) {
        Scene before = scene;
        if (before == null) {
            return;
        }
        try {
            scene = before.after(ops);
        } catch (NoSuchModelException e) {
            // what a server must not send; without the whole scene there is none
            scene = null;
        }
    }

    void tiles(ServerMessage.Tiles change) {
        change.camera().ifPresent(camera -> cameras.apply(camera, change.seq()));
        change.scene().ifPresent(this::changed);
        boolean part = change.time().isEmpty();
        if (part && following > 0) {
            following--;
        }
        Tiles before = tiles;
        if (before != null) {
            try {
                Tiles after = before.after(change.ops());
                tiles = part ? new Tiles(before.revision(), after.layers()) : after;
            } catch (NoSuchTilesetException | InvalidValueException e) {
                // what a server must not send; without all tilesets there are none
                tiles = null;
            }
        }
        servedUpTo(change.seq());
    }

    void snapshot(ServerMessage.Snapshot snapshot) {
        if (snapshot.all()) {
            cameras.replace(snapshot.cameras());
            walls.clear();
            begin(snapshot.epoch(), snapshot.seq());
        } else {
            snapshot.cameras().forEach(cameras::apply);
            servedUpTo(snapshot.seq());
        }
        snapshot.walls().ifPresent(all -> all.forEach(this::wall));
        if (snapshot.all() || snapshot.scene().isPresent()) {
            scene = snapshot.scene()
                    .map(state -> new Scene(state.revision(), state.models(), state.selected()))
                    .orElse(null);
        }
        if (snapshot.all() || snapshot.tiles().isPresent()) {
            tiles = snapshot.tiles()
                    .map(state -> new Tiles(state.revision(), state.layers()))
                    .orElse(null);
            following =
                    snapshot.tiles().map(ServerMessage.TilesState::following).orElse(0);
        }
    }

    /** Forgets what is not subscribed to any more. */
    void retain(Subscription wanted) {
        cameras.retain(wanted::wants);
        walls.keySet().removeIf(name -> !wanted.wantsWall(name));
        scene = wanted.scene() ? scene : null;
        if (!wanted.tiles()) {
            tiles = null;
            following = 0;
        }
    }

    void forgetAll() {
        cameras.retain(name -> false);
        walls.clear();
    }
}
