package org.geometryos.compositor.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.wall.Fit;
import org.geometryos.compositor.api.wall.Unit;
import org.geometryos.compositor.api.wall.View;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallMember;

/** Changes as tests append them. Where a session, a camera or a holder may be null, there is none. */
public final class Changes {

    /** When a transaction without a camera was taken, microseconds since the Unix epoch. */
    public static final long TAKEN = 1_700_000_000_000_000L;

    private Changes() {}

    /**
     * The view of a camera, sampled half a millisecond before it was received. @param received microseconds since the
     * Unix epoch
     */
    public static CameraState state(String camera, double x, long received, String origin) {
        return new CameraState(
                camera,
                new View2d(x, 0, 1, 0),
                Math.max(0, received - 500),
                received,
                OptionalLong.empty(),
                Optional.empty(),
                "test",
                Optional.ofNullable(origin),
                false);
    }

    public static Change view(String camera) {
        return view(camera, null);
    }

    public static Change view(String camera, String origin) {
        return new Change.CameraChanged(state(camera, 1, 1, origin));
    }

    public static Change removed(String camera) {
        return new Change.CameraRemoved(camera);
    }

    public static Change held(String camera, String holder) {
        return new Change.ControlChanged(
                holder == null
                        ? ControlState.free(camera)
                        : new ControlState(camera, Optional.of(holder), Optional.empty(), 0));
    }

    /** A display with a user called ann; one that left says bye. */
    public static Change presence(Presence.Action action, String display, String session, boolean connected) {
        boolean left = action == Presence.Action.LEFT;
        return new Change.PresenceChanged(new Presence(
                action,
                display,
                session,
                "ann",
                connected && !left,
                DisplaySettings.EMPTY,
                left ? Optional.of("bye") : Optional.empty()));
    }

    /** A transaction on a scene, and the view of a camera that belongs to it. */
    public static Change.SceneChanged transaction(Scene before, CameraState camera, String origin, SceneOp... ops) {
        try {
            return new Change.SceneChanged(
                    List.of(ops),
                    Optional.ofNullable(origin),
                    Optional.ofNullable(camera),
                    before.after(List.of(ops)),
                    camera == null ? TAKEN : camera.time());
        } catch (NoSuchModelException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A transaction that declares the tileset "world", and puts so many tiles of level 20 side by side.
     *
     * @param scene what belongs to it of the scene and a camera; may be null
     */
    public static Change.TilesChanged tiles(Tiles before, Change.SceneChanged scene, int count) {
        List<TileOp> ops = new ArrayList<>();
        ops.add(new TileOp.Declare(new Tileset("world", 256, 256, 20, "/tiles/world/{v}/{z}/{x}/{y}")));
        for (int i = 0; i < count; i++) {
            ops.add(new TileOp.Put("world", TileTree.tile(20, i, 0, before.revision())));
        }
        try {
            return new Change.TilesChanged(
                    ops,
                    scene == null ? Optional.empty() : scene.origin(),
                    Optional.ofNullable(scene),
                    before.after(ops),
                    TAKEN);
        } catch (NoSuchTilesetException e) {
            throw new AssertionError(e);
        }
    }

    /** A wall of screens side by side, 100 by 100 pixels each; nobody has chosen its delay. */
    public static Change.WallChanged wall(String name, String... members) {
        List<WallMember> there = new ArrayList<>();
        for (String display : members) {
            there.add(new WallMember(display, 100.0 * there.size(), 0, 100, 100, 0, 0, Optional.empty()));
        }
        return new Change.WallChanged(new Wall(
                name,
                Optional.empty(),
                Optional.empty(),
                Math.max(100, 100 * members.length),
                100,
                Unit.PX,
                Fit.CONTAIN,
                View.CAMERA,
                Optional.empty(),
                there,
                List.of(),
                Optional.empty()));
    }

    public static Change wallRemoved(String name) {
        return new Change.WallRemoved(name);
    }

    public static SceneOp put(String id) {
        return new SceneOp.Put(new Model(id, "models/" + id + ".glb"));
    }
}
