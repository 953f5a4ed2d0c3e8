package org.geometryos.compositor.tiles.world;

import java.util.ArrayList;
import java.util.List;

/**
 * What is where, by arithmetic: heights, towns, and the way between them. Coordinates are units of the canvas from the
 * middle of the world, y down; a height of 0 is the sea, and 1 a high mountain. The recording {@code tour} flies along
 * the way.
 */
final class Land {
    /** From the middle to each edge. */
    static final double REACH = 8192;

    private static final double COAST = 6000;
    private static final double HILLS = 2400;
    private static final double HILL_HEIGHT = 0.5;
    private static final int STEPS = 12;

    /**
     * An island, with a town on it.
     *
     * @param radius of the island
     * @param town radius of the town
     */
    record Place(double x, double y, double radius, double town, double turn) {}

    static final List<Place> PLACES = List.of(
            new Place(0, 0, 2300, 520, 0.3),
            new Place(3950, -1680, 2000, 700, -0.2),
            new Place(-5130, 3820, 1700, 380, 0.6),
            new Place(-2700, -3300, 2100, 560, 0.1),
            new Place(4650, 4700, 1800, 420, -0.5));

    private static final double[][] STOPS = {
        {0, 0},
        {300, -150},
        {2200, -1100},
        {3900, -1750},
        {4700, 300},
        {5000, 2800},
        {4650, 4700},
        {2200, 4900},
        {-1800, 4700},
        {-5130, 3820},
        {-5300, 900},
        {-4300, -1700},
        {-2700, -3300},
        {-900, -2400},
        {0, 0},
    };

    /**
     * A straight piece of the way.
     *
     * @param from length of the way before it
     */
    record Piece(double x, double y, double dx, double dy, double length, double from) {
        /** Which part of it lies before the point that is nearest to a place. */
        double nearest(double atX, double atY) {
            return Math.max(0, Math.min(1, ((atX - x) * dx + (atY - y) * dy) / (length * length)));
        }
    }

    private final List<Piece> way = way();

    private static List<Piece> way() {
        List<Piece> way = new ArrayList<>();
        double length = 0;
        double[] last = STOPS[0];
        for (int i = 0; i + 1 < STOPS.length; i++) {
            for (int step = 1; step <= STEPS; step++) {
                double[] next = {between(i, 0, step / (double) STEPS), between(i, 1, step / (double) STEPS)};
                double dx = next[0] - last[0];
                double dy = next[1] - last[1];
                double own = Math.sqrt(dx * dx + dy * dy);
                way.add(new Piece(last[0], last[1], dx, dy, own, length));
                length += own;
                last = next;
            }
        }
        return List.copyOf(way);
    }

    /** A smooth curve through the stops. */
    private static double between(int i, int axis, double t) {
        double a = STOPS[Math.max(0, i - 1)][axis];
        double b = STOPS[i][axis];
        double c = STOPS[i + 1][axis];
        double d = STOPS[Math.min(STOPS.length - 1, i + 2)][axis];
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
    }

    /** The pieces of the way that come near a row. @param margin how near */
    List<Piece> wayNear(double left, double y, double width, double margin) {
        List<Piece> near = new ArrayList<>();
        for (Piece piece : way) {
            if (Math.max(piece.x, piece.x + piece.dx) >= left - margin
                    && Math.min(piece.x, piece.x + piece.dx) <= left + width + margin
                    && Math.max(piece.y, piece.y + piece.dy) >= y - margin
                    && Math.min(piece.y, piece.y + piece.dy) <= y + margin) {
                near.add(piece);
            }
        }
        return near;
    }

    /** @param finest hills that are smaller do not count: nobody would see them */
    double height(double x, double y, double finest) {
        double height = -0.5;
        for (Place place : PLACES) {
            double dx = x - place.x;
            double dy = y - place.y;
            double near = 1 - (dx * dx + dy * dy) / (place.radius * place.radius * 2);
            if (near > 0) {
                height += near * near * 0.95;
            }
        }
        double out = (Math.max(Math.abs(x), Math.abs(y)) - COAST) / (REACH - COAST);
        if (out > 0) {
            height -= out * out * 1.6;
        }
        double size = HILLS;
        double part = HILL_HEIGHT;
        for (int seed = 1; size > finest; seed++) {
            height += part * Noise.at(seed, x / size, y / size);
            size /= 2;
            part *= 0.48;
        }
        return height;
    }

    /** How wet it is, about -1 to 1. */
    static double wet(double x, double y) {
        return Noise.at(77, x / 640, y / 640)
                + 0.5 * Noise.at(78, x / 170, y / 170)
                + 0.25 * Noise.at(79, x / 40, y / 40);
    }
}
