package org.geometryos.compositor.tiles;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.io.state.SnapshotFile;
import org.geometryos.compositor.protocol.ServerMessage;

/** The tilesets on disk. */
final class TileStore {
    private TileStore() {}

    static SnapshotFile<Tiles> of(WholeFile file) {
        return new SnapshotFile<>(
                file,
                "tiles",
                Tiles.NONE,
                snapshot -> snapshot.tiles().map(state -> new Tiles(state.revision(), state.layers())),
                TileStore::snapshot);
    }

    private static ServerMessage.Snapshot snapshot(Tiles tiles) {
        return new ServerMessage.Snapshot(
                "",
                0,
                true,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new ServerMessage.TilesState(tiles.revision(), tiles.layers(), 0)));
    }
}
