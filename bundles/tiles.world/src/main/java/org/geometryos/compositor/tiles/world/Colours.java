package org.geometryos.compositor.tiles.world;

/**
 * The colours of the map: of water by depth, of land by kind and light. All are translucent, so that the map suits a
 * dark page and a light one, and the deep sea at the edge is the page itself.
 */
final class Colours {
    /** Steps of depth; 0 is clear. */
    static final int DEPTHS = 32;
    /** Steps of light. */
    static final int LIGHTS = 16;

    private static final int WATER = 0x2f86c1;
    private static final int LAND_OPACITY = 0xdc;

    /** What covers the land; the order is that of the palette. */
    enum Kind {
        SAND(0xd9c48e),
        MEADOW(0x93b26a),
        GRASS(0x7aa35c),
        FOREST(0x4d8052),
        TREE(0x3a6b47),
        HEATH(0xa59a63),
        STONE(0x9a8a74),
        ROCK(0x8b8682),
        SNOW(0xf2f5f8),
        WHEAT(0xcdb765),
        BRICK(0xb8604a),
        SLATE(0x6a7787),
        PLASTER(0xdbc9a8),
        ROAD(0xefe5cf);

        private final int colour;

        Kind(int colour) {
            this.colour = colour;
        }
    }

    private Colours() {}

    /** Index of water. @param shallow 0, deep as the page, to 1, at the shore */
    static int water(double shallow) {
        return step(shallow, DEPTHS);
    }

    /** Index of land. @param light 0 to 1 */
    static int land(Kind kind, double light) {
        return DEPTHS + kind.ordinal() * LIGHTS + step(light, LIGHTS);
    }

    private static int step(double part, int steps) {
        return (int) Math.max(0, Math.min(steps - 1, Math.rint(part * (steps - 1))));
    }

    static int[] palette() {
        int[] palette = new int[DEPTHS + Kind.values().length * LIGHTS];
        for (int i = 0; i < DEPTHS; i++) {
            double shallow = i / (DEPTHS - 1.0);
            palette[i] = colour(WATER, (int) (0xb8 * shallow), 0.75 + 0.4 * shallow * shallow);
        }
        for (Kind kind : Kind.values()) {
            for (int i = 0; i < LIGHTS; i++) {
                palette[land(kind, i / (LIGHTS - 1.0))] =
                        colour(kind.colour, LAND_OPACITY, 0.45 + 0.72 * i / (LIGHTS - 1));
            }
        }
        return palette;
    }

    private static int colour(int rgb, int opacity, double light) {
        int colour = opacity << 24;
        for (int shift = 0; shift <= 16; shift += 8) {
            colour |= (int) Math.min(255, (rgb >> shift & 0xff) * light) << shift;
        }
        return colour;
    }
}
