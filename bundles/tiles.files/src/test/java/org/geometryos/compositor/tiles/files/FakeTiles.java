package org.geometryos.compositor.tiles.files;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileService;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;

/** Those who keep tiles, in memory. */
final class FakeTiles implements TileService {
    final List<List<TileOp>> changes = new ArrayList<>();
    /** Why it refuses everything; empty: it does not. */
    String refusal = "";

    private Tiles now = Tiles.NONE;

    @Override
    public SceneOutcome change(Driver driver, List<TileOp> ops, List<SceneOp> scene, Optional<CameraUpdate> camera) {
        if (!refusal.isEmpty()) {
            return new SceneOutcome.Refused(Outcome.Reason.LIMIT, Optional.empty(), refusal);
        }
        try {
            now = now.after(ops);
        } catch (NoSuchTilesetException e) {
            return new SceneOutcome.Refused(Outcome.Reason.NOT_FOUND, Optional.empty(), e.getMessage());
        }
        changes.add(ops);
        return new SceneOutcome.Accepted(OptionalLong.of(now.revision()));
    }

    @Override
    public Tiles tiles() {
        return now;
    }

    TileTree of(String id) {
        return now.layer(id).orElseThrow().tiles();
    }

    void does(TileOp... ops) {
        change(new Driver("test", Optional.empty(), 0), List.of(ops), List.of(), Optional.empty());
    }
}
