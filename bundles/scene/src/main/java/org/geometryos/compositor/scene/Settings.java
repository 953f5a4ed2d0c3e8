package org.geometryos.compositor.scene;

import org.geometryos.compositor.configuration.Range;

/** The configuration, checked. */
record Settings(int maxModels, int maxBytes) {

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(SceneConfig config) {
        return new Settings(
                Range.check("maxModels", config.maxModels(), 1, 1024),
                Range.check("maxBytes", config.maxBytes(), 4096, 196_608));
    }
}
