package org.geometryos.compositor.api.tiles;

import org.geometryos.compositor.api.value.InvalidValueException;

/** Reads what {@link TileTreeWriter} wrote, or somebody else. One thread. */
final class TileTreeReader {
    private static final int VERSION_BITS = 53;
    private final byte[] bytes;
    private long bits;
    private final Versions versions = new Versions();

    private TileTreeReader(byte[] bytes) {
        this.bytes = bytes;
    }

    static TileNode decode(byte[] bytes) {
        if (bytes.length == 0) {
            return null;
        }
        TileTreeReader reader = new TileTreeReader(bytes);
        TileNode root = reader.node(0);
        if (reader.bits + 7 >> 3 != bytes.length) {
            throw wrong("must end with the last tile");
        }
        return root;
    }

    private TileNode node(int z) {
        if (read(1) == 1) {
            return TileNode.block(version(), 0);
        }
        if (read(1) == 1) {
            return branch(z);
        }
        long depth = gamma();
        if (depth > TileTree.MAX_ZOOM - z) {
            throw wrong("must have no tile below level " + TileTree.MAX_ZOOM);
        }
        return TileNode.block(version(), (int) depth);
    }

    private TileNode branch(int z) {
        boolean own = read(1) == 1;
        int mask = (int) read(TileNode.CHILDREN);
        if (mask == 0 || z == TileTree.MAX_ZOOM) {
            throw wrong("must have tiles below each place that is divided, and none below level " + TileTree.MAX_ZOOM);
        }
        long version = own ? version() : TileNode.NONE;
        TileNode[] children = new TileNode[TileNode.CHILDREN];
        for (int i = 0; i < TileNode.CHILDREN; i++) {
            if ((mask & 8 >> i) != 0) {
                children[i] = node(z + 1);
            }
        }
        return TileNode.of(version, children);
    }

    private long version() {
        int low = versions.lowBits();
        long high = gamma() - 1;
        if (high > TileTree.MAX_VERSION >> low) {
            throw wrong("must have versions below 2^53");
        }
        long difference = high << low | read(low);
        boolean below = difference > 0 && read(1) == 0;
        long version = below ? versions.expected() - difference : versions.expected() + difference;
        if (version < 0 || version > TileTree.MAX_VERSION) {
            throw wrong("must have versions in [0, 2^53 - 1]");
        }
        versions.took(version);
        return version;
    }

    private long gamma() {
        int zeros = 0;
        while (read(1) == 0) {
            if (++zeros > VERSION_BITS) {
                throw wrong("must have no number above 2^53");
            }
        }
        return 1L << zeros | read(zeros);
    }

    private long read(int count) {
        if (bits + count > 8L * bytes.length) {
            throw wrong("must not end before the last tile");
        }
        long value = 0;
        for (int left = count; left > 0; ) {
            int there = 8 - (int) (bits & 7);
            int n = Math.min(there, left);
            int part = (bytes[(int) (bits >> 3)] & 0xFF) >> there - n & (1 << n) - 1;
            value = value << n | part;
            bits += n;
            left -= n;
        }
        return value;
    }

    private static InvalidValueException wrong(String rule) {
        return new InvalidValueException("tree", "these bytes", rule);
    }
}
