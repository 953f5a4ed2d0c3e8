package org.geometryos.compositor.api.tiles;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * A set of tiles, each with a version: a quad-tree that shares what it can, within itself and with the sets that it was
 * made of. Immutable; any thread.
 *
 * <p>In memory a tile that differs from its neighbours takes 24 to 56 bytes, and as much again for each level between
 * it and the others; a complete pyramid of one version takes 24 bytes in all. {@link #encode()} says how it is written.
 */
public final class TileTree {
    /** The deepest level. */
    public static final int MAX_ZOOM = 30;
    /** The largest version. */
    public static final long MAX_VERSION = (1L << 53) - 1;
    /** What two parts have in common at most, encoded: the places above them. */
    private static final int SHARED = 64;
    /** No tile. */
    public static final TileTree EMPTY = new TileTree(null);

    private final TileNode root;
    /** What {@link #encode()} gives, of one that {@link #packed} made; else null. */
    private final byte[] encoded;

    private TileTree(TileNode root) {
        this(root, null);
    }

    private TileTree(TileNode root, byte[] encoded) {
        this.root = root;
        this.encoded = encoded;
    }

    static TileTree of(TileNode root) {
        return root == null ? EMPTY : new TileTree(root);
    }

    /** Gets each tile of a set. */
    @FunctionalInterface
    public interface TileConsumer {
        void tile(int z, int x, int y, long version);
    }

    /**
     * One tile.
     *
     * @param z its level, 0 to {@link #MAX_ZOOM}
     * @param x its column, 0 to 2^z - 1
     * @param y its row, 0 to 2^z - 1
     * @param version 0 to {@link #MAX_VERSION}
     * @throws InvalidValueException if a value breaks its rule
     */
    public static TileTree tile(int z, int x, int y, long version) {
        return pyramid(z, x, y, 0, version);
    }

    /** A tile and all tiles below it on so many levels, of one version. */
    public static TileTree pyramid(int z, int x, int y, int levels, long version) {
        check("z", z, MAX_ZOOM);
        check("x", x, (1L << z) - 1);
        check("y", y, (1L << z) - 1);
        check("v", version, MAX_VERSION);
        check("levels", levels, MAX_ZOOM - z);
        TileNode node = TileNode.block(version, levels);
        for (int up = 0; up < z; up++) {
            TileNode[] children = new TileNode[TileNode.CHILDREN];
            children[index(up, x, y)] = node;
            node = TileNode.of(TileNode.NONE, children);
        }
        return new TileTree(node);
    }

    /**
     * All tiles that touch a rectangle of the tiles of one level: those of it, all above them, and all below them down
     * to another level; of version 0. It takes as much as the rectangle's edge is long.
     *
     * @param z the level of the rectangle
     * @param left first column; a rectangle that reaches beyond the tiles of the level is cut
     * @param top first row
     * @param right last column
     * @param bottom last row
     * @param deepest the level of the smallest tiles, {@code z} to {@link #MAX_ZOOM}
     */
    public static TileTree around(int z, long left, long top, long right, long bottom, int deepest) {
        check("z", z, MAX_ZOOM);
        check("deepest - z", (long) deepest - z, MAX_ZOOM - z);
        return of(around(0, 0, 0, z, new long[] {left, top, right, bottom}, deepest));
    }

    private static TileNode around(int z, long x, long y, int level, long[] edges, int deepest) {
        int up = level - z;
        long right = (x + 1 << up) - 1;
        long bottom = (y + 1 << up) - 1;
        if (x << up > edges[2] || y << up > edges[3] || right < edges[0] || bottom < edges[1]) {
            return null;
        }
        if (x << up >= edges[0] && y << up >= edges[1] && right <= edges[2] && bottom <= edges[3]) {
            return TileNode.block(0, deepest - z);
        }
        TileNode[] children = new TileNode[TileNode.CHILDREN];
        for (int i = 0; i < TileNode.CHILDREN; i++) {
            children[i] = around(z + 1, 2 * x + (i & 1), 2 * y + (i >> 1), level, edges, deepest);
        }
        return TileNode.of(0, children);
    }

    private static void check(String field, long value, long most) {
        if (value < 0 || value > most) {
            throw new InvalidValueException(field, value, "must lie in [0, " + most + "]");
        }
    }

    /** Which child of the place so many levels above. */
    private static int index(int up, int x, int y) {
        return x >> up & 1 | (y >> up & 1) << 1;
    }

    public boolean isEmpty() {
        return root == null;
    }

    /** How many tiles. */
    public long size() {
        return root == null ? 0 : root.tiles();
    }

    /** What it takes in memory, without what it shares with other sets being left out. */
    public long bytes() {
        return root == null ? 0 : root.bytes();
    }

    /** The level of its largest tile; it is not empty. */
    public int minZoom() {
        return root.nearest();
    }

    /** The level of its smallest tile; it is not empty. */
    public int maxZoom() {
        return root.farthest();
    }

    /** The version of a tile, if there is that tile. */
    public OptionalLong version(int z, int x, int y) {
        if (z < 0 || z > MAX_ZOOM || x < 0 || y < 0 || x >> z > 0 || y >> z > 0) {
            return OptionalLong.empty();
        }
        TileNode node = root;
        for (int up = z - 1; up >= 0 && node != null; up--) {
            node = node.child(index(up, x, y));
        }
        return node == null || node.own() == TileNode.NONE ? OptionalLong.empty() : OptionalLong.of(node.own());
    }

    /** All of both; of a tile that both have the version is the other's. */
    public TileTree plus(TileTree other) {
        TileNode sum = TileNode.plus(root, other.root);
        return sum == root ? this : of(sum);
    }

    /** Those tiles that the other does not have, whatever their versions. */
    public TileTree minus(TileTree other) {
        TileNode rest = TileNode.minus(root, other.root);
        return rest == root ? this : of(rest);
    }

    /** Those tiles that the other has as well, whatever their versions there. */
    public TileTree within(TileTree other) {
        TileNode common = TileNode.within(root, other.root);
        return common == root ? this : of(common);
    }

    /** Those tiles that the other does not have, or has in another version. */
    public TileTree unlike(TileTree other) {
        TileNode rest = TileNode.unlike(root, other.root);
        return rest == root ? this : of(rest);
    }

    /** Hands out each tile: above what lies below it, and of one level by places. {@link #size()} says how many. */
    public void forEach(TileConsumer consumer) {
        each(root, 0, 0, 0, consumer);
    }

    private static void each(TileNode node, int z, int x, int y, TileConsumer consumer) {
        if (node == null) {
            return;
        }
        if (node.own() != TileNode.NONE) {
            consumer.tile(z, x, y, node.own());
        }
        for (int i = 0; i < TileNode.CHILDREN; i++) {
            each(node.child(i), z + 1, 2 * x + (i & 1), 2 * y + (i >> 1), consumer);
        }
    }

    /**
     * The set as bytes (protocol, "Sets of tiles"): places in order, each with its own tile before those below it. No
     * tile is no byte.
     */
    public byte[] encode() {
        return encoded == null ? TileTreeWriter.encode(root) : encoded.clone();
    }

    /** How long {@link #encode()} is. */
    public int encodedLength() {
        return (encoded == null ? TileTreeWriter.encode(root) : encoded).length;
    }

    /**
     * The way back from {@link #encode()}.
     *
     * @throws InvalidValueException if the bytes are not those of a set
     */
    public static TileTree decode(byte[] bytes) {
        return of(TileTreeReader.decode(bytes));
    }

    /**
     * The set in parts that are short when encoded; together they are the set.
     *
     * @param most bytes of a part, at least 64
     */
    public List<TileTree> split(int most) {
        return packed(most).stream().map(part -> new TileTree(part.root)).toList();
    }

    /**
     * The same parts, each with its encoding at hand, so that {@link #encode()} costs no more than its bytes do. They
     * take that much more memory: none of them belongs into an entry of the journal.
     */
    public List<TileTree> packed(int most) {
        List<TileTree> parts = new ArrayList<>();
        split(root, 0, 0, 0, most, parts);
        List<TileTree> merged = new ArrayList<>();
        TileTree last = null;
        for (TileTree part : parts) {
            TileTree both = last != null && last.encoded.length + part.encoded.length <= most + SHARED
                    ? last.plus(part).packed()
                    : null;
            if (both != null && both.encoded.length <= most) {
                last = both;
                continue;
            }
            if (last != null) {
                merged.add(last);
            }
            last = part;
        }
        if (last != null) {
            merged.add(last);
        }
        return merged;
    }

    private TileTree packed() {
        return new TileTree(root, TileTreeWriter.encode(root));
    }

    private void split(TileNode node, int z, int x, int y, int most, List<TileTree> parts) {
        if (node == null) {
            return;
        }
        TileTree part = at(node, z, x, y).packed();
        if (node.block() || part.encoded.length <= most) {
            parts.add(part);
            return;
        }
        if (node.own() != TileNode.NONE) {
            parts.add(tile(z, x, y, node.own()).packed());
        }
        for (int i = 0; i < TileNode.CHILDREN; i++) {
            split(node.child(i), z + 1, 2 * x + (i & 1), 2 * y + (i >> 1), most, parts);
        }
    }

    private static TileTree at(TileNode below, int z, int x, int y) {
        TileNode node = below;
        for (int up = 0; up < z; up++) {
            TileNode[] children = new TileNode[TileNode.CHILDREN];
            children[index(up, x, y)] = node;
            node = TileNode.of(TileNode.NONE, children);
        }
        return new TileTree(node);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TileTree tree && (root == null ? tree.root == null : root.equals(tree.root));
    }

    @Override
    public int hashCode() {
        return root == null ? 0 : root.hashCode();
    }

    @Override
    public String toString() {
        return size() + " tiles";
    }
}
