package org.geometryos.compositor.api.tiles;

import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * All tilesets as they stand. Immutable; any thread.
 *
 * @param revision how many transactions have made it, 0 or more; it outlives the sequence
 * @param layers sorted by id, each id once
 */
public record Tiles(long revision, List<TileLayer> layers) {
    /** No tileset, and none was ever there. */
    public static final Tiles NONE = new Tiles(0, List.of());

    public Tiles {
        if (revision < 0) {
            throw new InvalidValueException("revision", revision, "must be 0 or more");
        }
        layers = Checks.present("layers", layers).stream()
                .sorted(Comparator.comparing(layer -> layer.tileset().id()))
                .toList();
        for (int i = 1; i < layers.size(); i++) {
            String id = layers.get(i).tileset().id();
            if (id.equals(layers.get(i - 1).tileset().id())) {
                throw new InvalidValueException("layers", id, "must have each id once");
            }
        }
    }

    public Optional<TileLayer> layer(String id) {
        return layers.stream().filter(layer -> layer.tileset().id().equals(id)).findFirst();
    }

    /** How many tiles there are in all tilesets. */
    public long size() {
        return layers.stream().mapToLong(layer -> layer.tiles().size()).sum();
    }

    /** What the trees of all tilesets take, in bytes. */
    public long bytes() {
        return layers.stream().mapToLong(layer -> layer.tiles().bytes()).sum();
    }

    /**
     * All tilesets after a transaction (protocol, "Tiles"); the revision is one higher.
     *
     * @param ops applied in order
     * @throws NoSuchTilesetException if one of them names a tileset that is not there when its turn comes
     * @throws InvalidValueException if a tile would be of a level that its tileset does not have
     */
    public Tiles after(List<TileOp> ops) throws NoSuchTilesetException {
        Edit edit = new Edit(this);
        for (TileOp op : ops) {
            try {
                op.accept(edit);
            } catch (InvalidValueException e) {
                throw e.within("ops[" + edit.at + "]");
            }
            edit.at++;
        }
        return new Tiles(revision + 1, List.copyOf(edit.layers.values()));
    }

    /** What becomes of the tilesets while the operations of a transaction are applied. */
    private static final class Edit implements TileOp.Visitor<Void, NoSuchTilesetException> {
        private final NavigableMap<String, TileLayer> layers = new TreeMap<>();
        /** The operation under way. */
        private int at;

        private Edit(Tiles tiles) {
            tiles.layers.forEach(layer -> layers.put(layer.tileset().id(), layer));
        }

        @Override
        public Void declare(TileOp.Declare op) {
            TileLayer before = layers.get(op.tileset().id());
            put(op.tileset(), before == null ? TileTree.EMPTY : before.tiles());
            return null;
        }

        @Override
        public Void drop(TileOp.Drop op) throws NoSuchTilesetException {
            there(op.tileset());
            layers.remove(op.tileset());
            return null;
        }

        @Override
        public Void put(TileOp.Put op) throws NoSuchTilesetException {
            TileLayer layer = there(op.tileset());
            put(layer.tileset(), layer.tiles().plus(op.tiles()));
            return null;
        }

        @Override
        public Void remove(TileOp.Remove op) throws NoSuchTilesetException {
            TileLayer layer = there(op.tileset());
            put(layer.tileset(), layer.tiles().minus(op.tiles()));
            return null;
        }

        private void put(Tileset tileset, TileTree tiles) {
            layers.put(tileset.id(), new TileLayer(tileset, tiles));
        }

        private TileLayer there(String id) throws NoSuchTilesetException {
            TileLayer layer = layers.get(id);
            if (layer == null) {
                throw new NoSuchTilesetException("ops[" + at + "].tileset", id);
            }
            return layer;
        }
    }
}
