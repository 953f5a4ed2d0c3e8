package org.geometryos.compositor.api.coordinates;

import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * A square of the canvas: the one with column 0 and row 0 has its top left corner at the origin, columns grow to the
 * right and rows downwards, both are negative on the other side. A tile holds its left and upper edge; so each point
 * lies in exactly one.
 *
 * @param column from -2^52 to 2^52
 * @param row from -2^52 to 2^52
 */
public record Tile(long column, long row) {
    private static final long FARTHEST = 1L << 52;

    public Tile {
        check("column", column);
        check("row", row);
    }

    /**
     * The tile that holds a point.
     *
     * @param size of a tile's side in world units, above 0
     */
    public static Tile at(Point world, double size) {
        checkSize(size);
        return new Tile(index("column", world.x(), size), index("row", world.y(), size));
    }

    /** The top left corner, in world units. */
    public Point origin(double size) {
        checkSize(size);
        return new Point(column * size, row * size);
    }

    private static long index(String field, double coordinate, double size) {
        double quotient = Math.floor(coordinate / size);
        if (!(Math.abs(quotient) < FARTHEST)) {
            throw new InvalidValueException(field, quotient, "must lie in (-2^52, 2^52)");
        }
        long index = (long) quotient;
        // the quotient is rounded: right before an edge it may be the number behind it
        return index * size > coordinate ? index - 1 : (index + 1) * size <= coordinate ? index + 1 : index;
    }

    private static void check(String field, long index) {
        if (index < -FARTHEST || index > FARTHEST) {
            throw new InvalidValueException(field, index, "must lie in [-2^52, 2^52]");
        }
    }

    private static void checkSize(double size) {
        if (!(size > 0 && size < Double.POSITIVE_INFINITY)) {
            throw new InvalidValueException("size", size, "must be a finite number above 0");
        }
    }
}
