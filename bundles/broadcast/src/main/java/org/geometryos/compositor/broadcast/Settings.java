package org.geometryos.compositor.broadcast;

/** The configuration, checked; as many shards as there are to be. */
record Settings(int shards) {
    private static final int MAX_WRITERS = 16;
    private static final int MAX_BY_ITSELF = 4;

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(BroadcastConfig config) {
        int writers = config.writers();
        if (writers < 0 || writers > MAX_WRITERS) {
            throw new IllegalArgumentException("writers must lie in [0, " + MAX_WRITERS + "], not " + writers);
        }
        return new Settings(
                writers == 0 ? Math.min(Runtime.getRuntime().availableProcessors(), MAX_BY_ITSELF) : writers);
    }
}
