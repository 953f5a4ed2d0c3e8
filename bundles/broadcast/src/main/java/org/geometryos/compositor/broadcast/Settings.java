package org.geometryos.compositor.broadcast;

import org.geometryos.compositor.configuration.Range;

/** The configuration, checked; as many shards as there are to be. */
record Settings(int shards) {
    private static final int MAX_WRITERS = 16;
    private static final int MAX_BY_ITSELF = 4;

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(BroadcastConfig config) {
        int writers = Range.check("writers", config.writers(), 0, MAX_WRITERS);
        return new Settings(
                writers == 0 ? Math.min(Runtime.getRuntime().availableProcessors(), MAX_BY_ITSELF) : writers);
    }
}
