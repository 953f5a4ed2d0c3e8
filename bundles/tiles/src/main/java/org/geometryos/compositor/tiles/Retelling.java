package org.geometryos.compositor.tiles;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.Later;

/**
 * Tells a journal that knows no tiles how they stand. A set may be too long for one message: first come all tilesets,
 * then their sets in parts, each when the one before it has its number.
 */
final class Retelling {
    /** Bytes of an encoded part; in a message it is a third longer. */
    private static final int PART = 500_000;

    private final Journal journal;
    private final long micros;
    private final Queue<List<TileOp>> steps = new ArrayDeque<>();
    private final Later<Verdict> end = new Later<>();
    private Tiles told;

    private Retelling(Journal journal, Tiles tiles, long micros) {
        this.journal = journal;
        this.micros = micros;
        told = new Tiles(tiles.revision(), List.of());
        List<TileOp> declared = new ArrayList<>();
        tiles.layers().forEach(layer -> declared.add(new TileOp.Declare(layer.tileset())));
        steps.add(declared);
        for (TileLayer layer : tiles.layers()) {
            for (TileTree part : layer.tiles().split(PART)) {
                steps.add(List.of(new TileOp.Put(layer.tileset().id(), part)));
            }
        }
    }

    /**
     * @param micros the time of day
     * @return the verdict on the last part; on an earlier one if it did not count, as another keeper knows better
     */
    static Answer<Verdict> tell(Journal journal, Tiles tiles, long micros) {
        Retelling retelling = new Retelling(journal, tiles, micros);
        retelling.goOn(new Verdict.Counted(0));
        return retelling.end;
    }

    private void goOn(Verdict before) {
        Verdict last = before;
        while (last instanceof Verdict.Counted counted && !steps.isEmpty()) {
            Answer<Verdict> next = append(steps.remove(), Fence.replacing(counted.seq()));
            last = next.now(null);
            if (last == null) {
                next.then(this::goOn);
                return;
            }
        }
        end.tell(last);
    }

    private Answer<Verdict> append(List<TileOp> ops, Fence fence) {
        try {
            told = told.after(ops);
        } catch (NoSuchTilesetException e) {
            throw new IllegalStateException(e);
        }
        return journal.append(new Change.TilesChanged(ops, Optional.empty(), Optional.empty(), told, micros), fence);
    }
}
