package org.geometryos.compositor.tiles.files;

import org.geometryos.compositor.configuration.Range;

/**
 * The limits of all sources together, checked.
 *
 * @param maxBytes of the pictures that are in memory
 */
record Settings(int maxPictureBytes, long maxBytes) {
    static final int LEAST = 1024;
    static final int MOST = 64 << 20;
    private static final long HEAP = 512L << 20;
    private static final long PARTS = 8;

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(FilesConfig config) {
        int picture = Range.check("maxPictureBytes", config.maxPictureBytes(), LEAST, MOST);
        return new Settings(picture, bytes(config.maxBytes(), picture));
    }

    private static long bytes(long value, int picture) {
        if (value == 0) {
            return Math.max(picture, Math.min(HEAP, Runtime.getRuntime().maxMemory()) / PARTS);
        }
        if (value < picture) {
            throw new IllegalArgumentException(
                    "maxBytes must be 0 or at least maxPictureBytes, " + picture + ", not " + value);
        }
        return Range.check("maxBytes", value, LEAST, 1L << 32);
    }
}
