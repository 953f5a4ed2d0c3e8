package org.geometryos.compositor.api.tiles;

/**
 * A place of the quad-tree and all below it. What is the same everywhere is one node: a complete pyramid of one version
 * is a {@link Block}, however many tiles it has, and nothing else says the same. Null is a place without any tile.
 * Immutable.
 */
abstract sealed class TileNode {
    /** In place of a version: there is no tile. */
    static final long NONE = -1;

    static final int CHILDREN = 4;

    private TileNode() {}

    /** The version of the tile at the place itself, or {@link #NONE}. */
    abstract long own();

    /** @param i 0 left above, 1 right above, 2 left below, 3 right below */
    abstract TileNode child(int i);

    abstract long tiles();

    abstract long bytes();

    /** How many levels below its place the nearest tile is. */
    abstract int nearest();

    /** How many levels below its place the farthest tile is. */
    abstract int farthest();

    /** Whether all of it is one version, on as many levels as {@link #farthest()} says. */
    abstract boolean block();

    /** A pyramid: the tile at a place and all below it, so many levels, of one version. */
    private static final class Block extends TileNode {
        private static final int BYTES = 24;
        private final long version;
        private final int depth;

        private Block(long version, int depth) {
            this.version = version;
            this.depth = depth;
        }

        @Override
        long own() {
            return version;
        }

        @Override
        TileNode child(int i) {
            return depth == 0 ? null : new Block(version, depth - 1);
        }

        @Override
        long tiles() {
            // 1 + 4 + 16 ...
            return ((1L << 2 * (depth + 1)) - 1) / 3;
        }

        @Override
        long bytes() {
            return BYTES;
        }

        @Override
        int nearest() {
            return 0;
        }

        @Override
        int farthest() {
            return depth;
        }

        @Override
        boolean block() {
            return true;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Block block && version == block.version && depth == block.depth;
        }

        @Override
        public int hashCode() {
            return 31 * Long.hashCode(version) + depth;
        }
    }

    private static final class Branch extends TileNode {
        private static final int BYTES = 56;
        private final long own;
        private final TileNode first;
        private final TileNode second;
        private final TileNode third;
        private final TileNode fourth;
        private final long tiles;
        private final long bytes;
        private final byte nearest;
        private final byte farthest;

        private Branch(long own, TileNode first, TileNode second, TileNode third, TileNode fourth) {
            this.own = own;
            this.first = first;
            this.second = second;
            this.third = third;
            this.fourth = fourth;
            long count = own == NONE ? 0 : 1;
            long size = BYTES;
            int near = Integer.MAX_VALUE;
            int far = 0;
            for (int i = 0; i < CHILDREN; i++) {
                TileNode child = child(i);
                if (child != null) {
                    count += child.tiles();
                    size += child.bytes();
                    near = Math.min(near, 1 + child.nearest());
                    far = Math.max(far, 1 + child.farthest());
                }
            }
            tiles = count;
            bytes = size;
            nearest = (byte) (own == NONE ? near : 0);
            farthest = (byte) far;
        }

        @Override
        long own() {
            return own;
        }

        @Override
        TileNode child(int i) {
            return switch (i) {
                case 0 -> first;
                case 1 -> second;
                case 2 -> third;
                default -> fourth;
            };
        }

        @Override
        long tiles() {
            return tiles;
        }

        @Override
        long bytes() {
            return bytes;
        }

        @Override
        int nearest() {
            return nearest;
        }

        @Override
        int farthest() {
            return farthest;
        }

        @Override
        boolean block() {
            return false;
        }

        @Override
        public boolean equals(Object other) {
            return this == other
                    || other instanceof Branch branch
                            && own == branch.own
                            && tiles == branch.tiles
                            && same(first, branch.first)
                            && same(second, branch.second)
                            && same(third, branch.third)
                            && same(fourth, branch.fourth);
        }

        @Override
        public int hashCode() {
            // all of a million tiles are too many to look at
            return Long.hashCode(31 * tiles + own);
        }
    }

    private static boolean same(TileNode one, TileNode other) {
        return one == null ? other == null : one.equals(other);
    }

    /** A pyramid of so many levels below its place. */
    static TileNode block(long version, int depth) {
        return new Block(version, depth);
    }

    /** A place with its own tile and what lies below it, in the one form that there is for it. */
    static TileNode of(long own, TileNode[] children) {
        TileNode first = children[0];
        if (first == null && children[1] == null && children[2] == null && children[3] == null) {
            return own == NONE ? null : block(own, 0);
        }
        if (own != NONE
                && first != null
                && first.block()
                && first.own() == own
                && first.equals(children[1])
                && first.equals(children[2])
                && first.equals(children[3])) {
            return block(own, first.farthest() + 1);
        }
        return new Branch(own, first, children[1], children[2], children[3]);
    }

    /** All of both; where both have a tile it is the second's. */
    static TileNode plus(TileNode a, TileNode b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        if (b.block() && a.farthest() <= b.farthest()) {
            return a.equals(b) ? a : b;
        }
        return combined(a, b.own() == NONE ? a.own() : b.own(), b, TileNode::plus);
    }

    /** Those of the first that the second does not have. */
    static TileNode minus(TileNode a, TileNode b) {
        if (a == null || b == null || b.block() && a.farthest() <= b.farthest()) {
            return b == null ? a : null;
        }
        return combined(a, b.own() == NONE ? a.own() : NONE, b, TileNode::minus);
    }

    /** Those of the first that the second has as well. */
    static TileNode within(TileNode a, TileNode b) {
        if (a == null || b == null) {
            return null;
        }
        if (b.block() && a.farthest() <= b.farthest()) {
            return a;
        }
        return combined(a, b.own() == NONE ? NONE : a.own(), b, TileNode::within);
    }

    /** Those of the first that the second does not have, or has in another version. */
    static TileNode unlike(TileNode a, TileNode b) {
        if (a == b || a == null || b == null) {
            return b == null ? a : null;
        }
        if (a.block() && b.block() && a.own() == b.own() && a.farthest() <= b.farthest()) {
            return null;
        }
        return combined(a, a.own() == b.own() ? NONE : a.own(), b, TileNode::unlike);
    }

    private interface Combine {
        TileNode of(TileNode a, TileNode b);
    }

    private static TileNode combined(TileNode a, long own, TileNode b, Combine combine) {
        TileNode[] children = new TileNode[CHILDREN];
        boolean same = own == a.own();
        // of two pyramids all four children are alike; going into each would take as long as they have tiles
        boolean alike = a.block() && b.block();
        for (int i = 0; i < CHILDREN; i++) {
            TileNode child = a.child(i);
            children[i] = alike && i > 0 ? children[0] : combine.of(child, b.child(i));
            same &= !a.block() && children[i] == child;
        }
        if (same) {
            return a;
        }
        TileNode made = of(own, children);
        return a.equals(made) && a.block() ? a : made;
    }
}
