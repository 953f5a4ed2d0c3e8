package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.List;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * Tilesets for a snapshot: all tilesets, and of their sets of tiles as much as there is room for.
 *
 * @param within what goes into the snapshot
 * @param behind parts of sets that follow it
 * @param taken bytes of the room, at most
 */
record TileParts(ServerMessage.TilesState within, List<TileOp.Put> behind, int taken) {
    /** What a tileset takes without its set, in either form: names, marks, numbers and an address of 512 characters. */
    private static final int TILESET = 1_100;

    static TileParts of(Tiles tiles, TileEncodings encodings, int room) {
        List<TileLayer> within = new ArrayList<>();
        List<TileOp.Put> behind = new ArrayList<>();
        int taken = tiles.layers().size() * TILESET;
        for (TileLayer layer : tiles.layers()) {
            TileTree here = TileTree.EMPTY;
            for (TileTree part : encodings.of(layer.tiles())) {
                int length = part.encodedLength() * 4 / 3 + 4;
                if (here.isEmpty() && taken + length <= room) {
                    here = part;
                    taken += length;
                } else {
                    behind.add(new TileOp.Put(layer.tileset().id(), part));
                }
            }
            within.add(new TileLayer(layer.tileset(), here));
        }
        return new TileParts(new ServerMessage.TilesState(tiles.revision(), within, behind.size()), behind, taken);
    }
}
