package org.geometryos.compositor.tiles;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;

/**
 * Tells a journal that knows no tiles how they stand. A set may be too long for one message: first come all tilesets,
 * then their sets in parts.
 */
final class Retelling {
    /** Bytes of an encoded part; in a message it is a third longer. */
    private static final int PART = 500_000;

    private Retelling() {}

    /** @param micros the time of day */
    static void tell(Journal journal, Tiles tiles, long micros) {
        List<TileOp> declared = new ArrayList<>();
        tiles.layers().forEach(layer -> declared.add(new TileOp.Declare(layer.tileset())));
        Optional<Entry> last = Optional.empty();
        Tiles told = new Tiles(tiles.revision(), List.of());
        List<List<TileOp>> steps = new ArrayList<>();
        steps.add(declared);
        for (TileLayer layer : tiles.layers()) {
            for (TileTree part : layer.tiles().split(PART)) {
                steps.add(List.of(new TileOp.Put(layer.tileset().id(), part)));
            }
        }
        for (List<TileOp> ops : steps) {
            told = after(told, ops);
            Optional<Entry> before = last;
            OptionalLong seq = journal.appendIf(
                    j -> j.tiles().equals(before),
                    new Change.TilesChanged(ops, Optional.empty(), Optional.empty(), told, micros));
            if (seq.isEmpty()) {
                // another keeper knows better
                return;
            }
            last = journal.tiles();
        }
    }

    private static Tiles after(Tiles tiles, List<TileOp> ops) {
        try {
            return tiles.after(ops);
        } catch (NoSuchTilesetException e) {
            throw new IllegalStateException(e);
        }
    }
}
