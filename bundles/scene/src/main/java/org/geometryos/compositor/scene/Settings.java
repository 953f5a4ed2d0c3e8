package org.geometryos.compositor.scene;

/** The configuration, checked. */
record Settings(int maxModels, int maxBytes) {

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(SceneConfig config) {
        return new Settings(
                range("maxModels", config.maxModels(), 1, 1024), range("maxBytes", config.maxBytes(), 4096, 196_608));
    }

    private static int range(String key, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(key + " must lie in [" + low + ", " + high + "], not " + value);
        }
        return value;
    }
}
