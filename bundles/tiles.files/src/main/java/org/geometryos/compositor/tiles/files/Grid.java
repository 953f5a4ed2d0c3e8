package org.geometryos.compositor.tiles.files;

import org.geometryos.compositor.api.tiles.TileTree;

/**
 * The tiles of one picture. Its own pixels are level {@link #ZOOM}, whatever its size, and each level above has half as
 * many a side, until one tile holds all of it. Tiles at its right and lower edge reach beyond it.
 *
 * @param width of the picture, 1 to {@link #MOST_SIDE} pixels
 * @param height the same
 * @param pixels side of a tile
 */
record Grid(int width, int height, int pixels) {
    static final int ZOOM = 20;
    static final int MOST_SIDE = 1 << ZOOM;
    static final int LEAST_PIXELS = 64;
    static final int MOST_PIXELS = 2048;

    /** Of the picture as it is on a level. */
    int width(int z) {
        return half(width, z);
    }

    int height(int z) {
        return half(height, z);
    }

    private static int half(int side, int z) {
        return (side - 1 >> ZOOM - z) + 1;
    }

    int columns(int z) {
        return (width(z) - 1) / pixels + 1;
    }

    int rows(int z) {
        return (height(z) - 1) / pixels + 1;
    }

    /** The level whose one tile holds the picture. */
    int least() {
        int z = ZOOM;
        while (columns(z) > 1 || rows(z) > 1) {
            z--;
        }
        return z;
    }

    /** Pixels of the picture in a tile of that column. */
    int widthOf(int z, int x) {
        return Math.min(pixels, width(z) - x * pixels);
    }

    int heightOf(int z, int y) {
        return Math.min(pixels, height(z) - y * pixels);
    }

    boolean has(int z, int x, int y) {
        return z >= least() && z <= ZOOM && x >= 0 && y >= 0 && x < columns(z) && y < rows(z);
    }

    long tiles() {
        long tiles = 0;
        for (int z = least(); z <= ZOOM; z++) {
            tiles += (long) columns(z) * rows(z);
        }
        return tiles;
    }

    /** All tiles, of one version. */
    TileTree tree(long version) {
        return tree(least(), 0, 0, version);
    }

    private TileTree tree(int z, int x, int y, long version) {
        if (x >= columns(z) || y >= rows(z)) {
            return TileTree.EMPTY;
        }
        int below = ZOOM - z;
        if (x + 1 << below <= columns(ZOOM) && y + 1 << below <= rows(ZOOM)) {
            return TileTree.pyramid(z, x, y, below, version);
        }
        TileTree all = TileTree.tile(z, x, y, version);
        for (int i = 0; i < 4; i++) {
            all = all.plus(tree(z + 1, 2 * x + (i & 1), 2 * y + (i >> 1), version));
        }
        return all;
    }
}
