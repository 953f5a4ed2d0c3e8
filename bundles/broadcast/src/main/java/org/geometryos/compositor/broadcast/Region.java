package org.geometryos.compositor.broadcast;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;

/**
 * What an {@link Area} is from one number of the sequence on: a few rectangles of the canvas. Of each tileset it has
 * the tiles that touch squares with a part of a rectangle in them. One thread at a time.
 */
final class Region {
    /** Squares along the longer side of a rectangle, at least. */
    private static final int SQUARES = 16;

    /** Tells it from all others of the shard. */
    final long version;
    /** The first number for which it holds. */
    final long from;

    /** The newest first. */
    final List<Rectangle> parts;
    /** By tileset, for where that lay when it was asked for. */
    private final Map<String, Placed> places = new HashMap<>();

    private record Placed(Tileset tileset, TileTree tree) {}

    Region(long version, long from, List<Rectangle> parts) {
        this.version = version;
        this.from = from;
        this.parts = List.copyOf(parts);
    }

    /** Edges on the canvas. */
    record Rectangle(double left, double top, double right, double bottom) {

        boolean contains(Rectangle other) {
            return left <= other.left && top <= other.top && right >= other.right && bottom >= other.bottom;
        }

        double width() {
            return right - left;
        }

        private double square() {
            return Math.max(right - left, bottom - top) / SQUARES;
        }

        private TileTree places(Tileset tileset) {
            double square = square();
            int level = Math.max(
                    0, Math.min(tileset.maxZoom(), tileset.maxZoom() - Math.getExponent(square / tileset.size())));
            double side = tileset.size(level);
            return TileTree.around(
                    level,
                    column(left - tileset.x(), side),
                    column(top - tileset.y(), side),
                    column(right - tileset.x(), side),
                    column(bottom - tileset.y(), side),
                    tileset.maxZoom());
        }

        /** What lies too far out for a number is the outermost one: there are no tiles there. */
        private static long column(double at, double side) {
            return (long) Math.floor(at / side);
        }
    }

    /** The tiles that a tileset may have in it, of version 0. */
    TileTree places(Tileset tileset) {
        Placed known = places.get(tileset.id());
        // a display that catches up is given what lay here before its tileset was moved
        if (known != null && samePlace(known.tileset, tileset)) {
            return known.tree;
        }
        TileTree tree = TileTree.EMPTY;
        for (Rectangle part : parts) {
            tree = tree.plus(part.places(tileset));
        }
        places.put(tileset.id(), new Placed(tileset, tree));
        return tree;
    }

    /** Whether the tiles of two tilesets lie in the same places of the canvas. */
    static boolean samePlace(Tileset one, Tileset other) {
        return Double.compare(one.x(), other.x()) == 0
                && Double.compare(one.y(), other.y()) == 0
                && Double.compare(one.size(), other.size()) == 0
                && one.maxZoom() == other.maxZoom();
    }

    /** Holds no longer what it can make anew. */
    void forget() {
        places.clear();
    }

    /**
     * Whether tiles may be in it that lie in a rectangle, which is larger than they are by one of the smallest tiles.
     */
    boolean near(Rectangle there) {
        for (Rectangle part : parts) {
            double square = part.square();
            if (there.left <= part.right + square
                    && there.right >= part.left - square
                    && there.top <= part.bottom + square
                    && there.bottom >= part.top - square) {
                return true;
            }
        }
        return false;
    }

    TileTree cut(Tileset tileset, TileTree tiles) {
        return tiles.within(places(tileset));
    }

    /**
     * What an operation is here: itself, a part of it, or nothing.
     *
     * @param after what stands after its transaction
     */
    Optional<TileOp> cut(TileOp op, Tiles after) {
        return op.accept(new TileOp.Visitor<Optional<TileOp>, RuntimeException>() {
            @Override
            public Optional<TileOp> declare(TileOp.Declare declare) {
                return Optional.of(declare);
            }

            @Override
            public Optional<TileOp> drop(TileOp.Drop drop) {
                return Optional.of(drop);
            }

            @Override
            public Optional<TileOp> put(TileOp.Put put) {
                return part(put, put.tileset(), put.tiles(), TileOp.Put::new);
            }

            @Override
            public Optional<TileOp> remove(TileOp.Remove remove) {
                return part(remove, remove.tileset(), remove.tiles(), TileOp.Remove::new);
            }

            private Optional<TileOp> part(TileOp whole, String id, TileTree tiles, Made made) {
                TileTree here = after.layer(id)
                        .map(layer -> cut(layer.tileset(), tiles))
                        .orElse(TileTree.EMPTY);
                return here.isEmpty() ? Optional.empty() : Optional.of(here == tiles ? whole : made.of(id, here));
            }
        });
    }

    private interface Made {
        TileOp of(String tileset, TileTree tiles);
    }
}
