package org.geometryos.compositor.tiles;

import org.geometryos.compositor.configuration.Range;

/** The configuration, checked. */
record Settings(int maxTilesets, int maxTiles, long maxBytes) {
    private static final long LEAST = 65_536;
    private static final long MOST = 1L << 32;
    private static final long HEAP = 512L << 20;
    private static final long PARTS = 8;

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(TilesConfig config) {
        return new Settings(
                Range.check("maxTilesets", config.maxTilesets(), 1, 64),
                Range.check("maxTiles", config.maxTiles(), 1, 100_000_000),
                bytes(config.maxBytes()));
    }

    private static long bytes(long value) {
        if (value == 0) {
            return Math.max(LEAST, Math.min(HEAP, Runtime.getRuntime().maxMemory()) / PARTS);
        }
        if (value < LEAST || value > MOST) {
            throw new IllegalArgumentException(
                    "maxBytes must be 0 or lie in [" + LEAST + ", " + MOST + "], not " + value);
        }
        return value;
    }
}
