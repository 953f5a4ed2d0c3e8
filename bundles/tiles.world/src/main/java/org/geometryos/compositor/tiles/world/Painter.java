package org.geometryos.compositor.tiles.world;

import java.util.List;
import org.geometryos.compositor.tiles.world.Colours.Kind;

/** Paints squares of the land, each pixel by itself, so that neighbours fit. Any thread. */
final class Painter {
    /** Hills smaller than so many pixels are not seen. */
    private static final double FINEST = 2.5;
    /** Light for a slope; slopes are about 0.001. */
    private static final double STEEP = 900;
    /** Height from one contour to the next, for a unit to the pixel. */
    private static final double CONTOUR = 0.05;

    private static final double HOUSE = 38;
    private static final double STREET = 4.5;
    private static final double FIELD = 130;
    private static final double TREE = 13;
    private static final double ROAD = 4.5;
    private static final double DASH = 90;

    private final Land land;
    private final int side;

    /** @param side of a picture in pixels */
    Painter(Land land, int side) {
        this.land = land;
        this.side = side;
    }

    /**
     * @param left of the square, in units from the middle of the world
     * @param top of it
     * @param unit units to the pixel
     * @return an index of the palette for each pixel, row by row
     */
    byte[] paint(double left, double top, double unit) {
        byte[] pixels = new byte[side * side];
        double[] before = row(left, top - unit / 2, unit);
        double[] here = row(left, top + unit / 2, unit);
        for (int y = 0; y < side; y++) {
            double[] behind = row(left, top + (y + 1.5) * unit, unit);
            List<Land.Piece> way = land.wayNear(left, top + (y + 0.5) * unit, unit * side, 3 * ROAD + 3 * unit);
            for (int x = 0; x < side; x++) {
                Spot spot = new Spot(
                        left + (x + 0.5) * unit,
                        top + (y + 0.5) * unit,
                        unit,
                        here[x + 1],
                        (here[x + 2] - here[x]) / 2 / unit,
                        (behind[x + 1] - before[x + 1]) / 2 / unit);
                pixels[y * side + x] = (byte) spot.colour(way);
            }
            before = here;
            here = behind;
        }
        return pixels;
    }

    /** Heights along a row, with one more at each end. */
    private double[] row(double left, double y, double unit) {
        double[] row = new double[side + 2];
        for (int i = 0; i < row.length; i++) {
            row[i] = land.height(left + (i - 0.5) * unit, y, FINEST * unit);
        }
        return row;
    }

    /**
     * One pixel.
     *
     * @param unit units to the pixel
     * @param east how steep it is to the right
     * @param south how steep it is downwards
     */
    private record Spot(double x, double y, double unit, double height, double east, double south) {

        int colour(List<Land.Piece> way) {
            double wide = Math.max(ROAD, unit * 0.9);
            double[] onWay = onWay(way);
            if (height < 0) {
                boolean ferry = onWay[0] < wide * 0.7 && onWay[1] % DASH < DASH / 2;
                return Colours.water(ferry ? 1 : water());
            }
            double light = light();
            if (onWay[0] < wide) {
                return Colours.land(Kind.ROAD, 0.5 + light / 2);
            }
            double edge = onWay[0] < wide + Math.max(1.5, unit) ? 0.2 : 0;
            if (edge > 0) {
                return Colours.land(ground(), light - edge);
            }
            int town = town(light);
            return town >= 0 ? town : country(light - contour());
        }

        /** Lit from the upper left. */
        private double light() {
            double slope = (east + south) * STEEP;
            return 0.58 + 0.42 * slope / (1 + Math.abs(slope));
        }

        private double water() {
            double shallow = Math.max(0, 1 + height * 1.05);
            double line = height * 10 - Math.floor(height * 10);
            double steep = steep() * 10 * unit;
            boolean onLine = height > -0.75 && line < steep && steep < 0.4;
            boolean shore = height > -0.012;
            return shore ? 1 : shallow * shallow * 0.8 + (onLine ? 0.09 : 0);
        }

        /** How much darker a line of equal height is. */
        private double contour() {
            double steep = steep();
            double interval = Math.scalb(CONTOUR, Math.getExponent(unit));
            double from = height / interval;
            double pixels = Math.abs(from - Math.rint(from)) * interval / (steep * unit + 1e-12);
            boolean strong = Math.floorMod((long) Math.rint(from), 4) == 0;
            double dense = steep * unit / interval;
            double shown = Math.max(0, Math.min(1, 1.6 - dense * 6));
            return shown * Math.max(0, Math.min(1, (strong ? 1.5 : 1.1) - pixels)) * (strong ? 0.26 : 0.16);
        }

        /** Distance from the middle of the way, and how far along it; far away if it is not near. */
        private double[] onWay(List<Land.Piece> way) {
            double nearest = Double.MAX_VALUE;
            double along = 0;
            for (Land.Piece piece : way) {
                double part = piece.nearest(x, y);
                double dx = x - piece.x() - part * piece.dx();
                double dy = y - piece.y() - part * piece.dy();
                double squared = dx * dx + dy * dy;
                if (squared < nearest) {
                    nearest = squared;
                    along = piece.from() + part * piece.length();
                }
            }
            return new double[] {Math.sqrt(nearest), along};
        }

        private double steep() {
            return Math.sqrt(east * east + south * south);
        }

        private Kind ground() {
            if (height < 0.022) {
                return Kind.SAND;
            }
            double wet = Land.wet(x, y);
            double high = height + wet * 0.06;
            if (high > 0.82) {
                return Kind.SNOW;
            }
            if (high > 0.68 || steep() > 0.0042) {
                return Kind.ROCK;
            }
            if (high > 0.58) {
                return Kind.STONE;
            }
            if (high > 0.48) {
                return Kind.HEATH;
            }
            return wet > 0.12 ? Kind.FOREST : wet > -0.2 ? Kind.GRASS : Kind.MEADOW;
        }

        private int country(double light) {
            Kind ground = ground();
            if (ground == Kind.FOREST) {
                return tree(light);
            }
            if (ground == Kind.MEADOW || ground == Kind.GRASS) {
                return field(ground, light);
            }
            return Colours.land(ground, light);
        }

        /** Single trees, where they are large enough to be seen. */
        private int tree(double light) {
            if (unit > 4) {
                return Colours.land(Kind.FOREST, light);
            }
            int i = (int) Math.floor(x / TREE);
            int j = (int) Math.floor(y / TREE);
            boolean shadow = false;
            for (int n = 0; n < 9; n++) {
                int hash = Noise.hash(5, i + n % 3 - 1, j + n / 3 - 1);
                double radius = TREE * (0.3 + 0.25 * Noise.part(hash, 0));
                double dx = (x - (i + n % 3 - 1 + Noise.part(hash, 8)) * TREE) / radius;
                double dy = (y - (j + n / 3 - 1 + Noise.part(hash, 16)) * TREE) / radius;
                if (dx * dx + dy * dy < 1) {
                    return Colours.land(Kind.TREE, light + 0.12 - 0.22 * (dx + dy));
                }
                shadow |= (dx - 0.5) * (dx - 0.5) + (dy - 0.5) * (dy - 0.5) < 1;
            }
            return Colours.land(Kind.FOREST, light - (shadow ? 0.22 : 0));
        }

        private int field(Kind ground, double light) {
            if (ground == Kind.GRASS || height > 0.3) {
                return Colours.land(ground, light);
            }
            double turned = x * 0.94 + y * 0.34 + 30 * Noise.at(9, x / 500, y / 500);
            double across = y * 0.94 - x * 0.34;
            int hash = Noise.hash(11, (int) Math.floor(turned / FIELD), (int) Math.floor(across / (FIELD * 0.7)));
            Kind kind = (hash & 3) == 0 ? Kind.WHEAT : (hash & 3) == 1 ? Kind.GRASS : Kind.MEADOW;
            double u = turned / FIELD - Math.floor(turned / FIELD);
            double v = across / (FIELD * 0.7) - Math.floor(across / (FIELD * 0.7));
            double hedge = Math.max(3, unit) / FIELD;
            double furrow = unit < 1 && (hash & 4) != 0
                    ? 0.05 * Math.signum(Math.floorMod((int) Math.floor(turned / 4), 2) - 0.5)
                    : 0;
            boolean rim = unit < 5 && (u < hedge || v < hedge * 1.4);
            return Colours.land(rim ? Kind.FOREST : kind, light + furrow + ((hash >>> 4 & 3) - 1.5) * 0.04);
        }

        /** @return the colour of a house or a street, or -1 where no town is */
        private int town(double light) {
            for (Land.Place place : Land.PLACES) {
                double dx = x - place.x();
                double dy = y - place.y();
                double far = Math.sqrt(dx * dx + dy * dy) / place.town();
                if (far < 1.15 && height < 0.45) {
                    double cos = 1 - place.turn() * place.turn() / 2;
                    double sin = place.turn();
                    return house(dx * cos + dy * sin, dy * cos - dx * sin, far, light);
                }
            }
            return -1;
        }

        private int house(double u, double v, double far, double light) {
            int i = (int) Math.floor(u / HOUSE);
            int j = (int) Math.floor(v / HOUSE);
            int hash = Noise.hash(21, i, j);
            // fewer and fewer towards the edge
            if (Noise.part(hash, 0) < far * far * 0.9) {
                return -1;
            }
            double inX = u - i * HOUSE;
            double inY = v - j * HOUSE;
            if (inX < STREET || inY < STREET) {
                return Colours.land(Kind.ROAD, light - 0.06);
            }
            double left = STREET + 2 + 5 * Noise.part(hash, 8);
            double top = STREET + 2 + 5 * Noise.part(hash, 12);
            double right = HOUSE - 2 - 9 * Noise.part(hash, 16);
            double bottom = HOUSE - 2 - 9 * Noise.part(hash, 20);
            if (within(inX, inY, left, top, right, bottom)) {
                boolean lying = right - left > bottom - top;
                double over = lying ? (inY - top) / (bottom - top) : (inX - left) / (right - left);
                Kind roof = (hash >>> 26 & 3) == 0 ? Kind.SLATE : (hash >>> 26 & 3) == 1 ? Kind.PLASTER : Kind.BRICK;
                return Colours.land(roof, over < 0.5 ? 0.8 : 0.5);
            }
            boolean shadow = within(inX - 3, inY - 3, left, top, right, bottom);
            return Colours.land(Kind.GRASS, light - (shadow ? 0.3 : 0));
        }

        private static boolean within(double x, double y, double left, double top, double right, double bottom) {
            return x >= left && x < right && y >= top && y < bottom;
        }
    }
}
