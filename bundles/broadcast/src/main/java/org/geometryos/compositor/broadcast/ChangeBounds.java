package org.geometryos.compositor.broadcast;

import java.util.Optional;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;

/**
 * Where on the canvas a transaction changes tiles, found once for all areas: most changes of single tiles lie far from
 * most areas, and that shows at a glance. One thread at a time.
 */
final class ChangeBounds {
    /** So many tiles are looked at, one by one; of more nothing is said. */
    private static final int FEW = 64;

    private Change.TilesChanged last;
    private Optional<Region.Rectangle> found = Optional.empty();

    /** A rectangle that holds all of it, and the smallest tile of the tileset around; empty if it may be anywhere. */
    Optional<Region.Rectangle> of(Change.TilesChanged change) {
        if (change != last) {
            last = change;
            found = new Finding(change.tiles()).of(change);
        }
        return found;
    }

    private static final class Finding implements TileOp.Visitor<Boolean, RuntimeException> {
        private final Tiles after;
        private double left = Double.POSITIVE_INFINITY;
        private double top = Double.POSITIVE_INFINITY;
        private double right = Double.NEGATIVE_INFINITY;
        private double bottom = Double.NEGATIVE_INFINITY;

        private Finding(Tiles after) {
            this.after = after;
        }

        private Optional<Region.Rectangle> of(Change.TilesChanged change) {
            for (TileOp op : change.ops()) {
                if (!op.accept(this)) {
                    return Optional.empty();
                }
            }
            return Optional.of(new Region.Rectangle(left, top, right, bottom));
        }

        @Override
        public Boolean declare(TileOp.Declare declare) {
            return false;
        }

        @Override
        public Boolean drop(TileOp.Drop drop) {
            return false;
        }

        @Override
        public Boolean put(TileOp.Put put) {
            return tiles(put.tileset(), put.tiles());
        }

        @Override
        public Boolean remove(TileOp.Remove remove) {
            return tiles(remove.tileset(), remove.tiles());
        }

        private boolean tiles(String id, TileTree tiles) {
            Optional<Tileset> tileset = after.layer(id).map(TileLayer::tileset);
            if (tileset.isEmpty() || tiles.size() > FEW) {
                return false;
            }
            Tileset in = tileset.get();
            tiles.forEach((z, x, y, version) -> {
                double side = in.size(z);
                left = Math.min(left, in.x() + x * side - in.size());
                top = Math.min(top, in.y() + y * side - in.size());
                right = Math.max(right, in.x() + (x + 1) * side + in.size());
                bottom = Math.max(bottom, in.y() + (y + 1) * side + in.size());
            });
            return true;
        }
    }
}
