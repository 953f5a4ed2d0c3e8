package org.geometryos.compositor.tiles.files;

/**
 * Numbers of tiles in PMTiles: level by level, and within one along a Hilbert curve, so that neighbours lie together.
 */
final class Hilbert {
    private Hilbert() {}

    /** Takes a tile by its place. */
    @FunctionalInterface
    interface Place<T> {
        T of(int z, int x, int y);
    }

    /** How many tiles there are above a level. */
    static long above(int z) {
        // 1 + 4 + 16 ...
        return ((1L << 2 * z) - 1) / 3;
    }

    /** The number of a tile, of a level up to 30. */
    static long number(int z, int x, int y) {
        long number = above(z);
        int column = x;
        int row = y;
        for (int level = z - 1; level >= 0; level--) {
            int side = 1 << level;
            int right = column >> level & 1;
            int below = row >> level & 1;
            number += (long) (3 * right ^ below) << 2 * level;
            column &= side - 1;
            row &= side - 1;
            if (below == 0) {
                int turned = right == 1 ? side - 1 - column : column;
                column = right == 1 ? side - 1 - row : row;
                row = turned;
            }
        }
        return number;
    }

    /** The way back. @param number 0 or more, and below {@code above(31)} */
    static <T> T place(long number, Place<T> place) {
        int z = 0;
        while (above(z + 1) <= number) {
            z++;
        }
        long left = number - above(z);
        int column = 0;
        int row = 0;
        for (int level = 0; level < z; level++) {
            int side = 1 << level;
            int right = (int) (left >> 1 & 1);
            int below = (int) ((left ^ right) & 1);
            if (below == 0) {
                int turned = right == 1 ? side - 1 - column : column;
                column = right == 1 ? side - 1 - row : row;
                row = turned;
            }
            column += side * right;
            row += side * below;
            left >>= 2;
        }
        return place.of(z, column, row);
    }
}
