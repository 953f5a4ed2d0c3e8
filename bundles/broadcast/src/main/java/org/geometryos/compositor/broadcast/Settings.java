package org.geometryos.compositor.broadcast;

/** The configuration, checked. */
record Settings(int writers) {
    private static final int MAX_WRITERS = 16;

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(BroadcastConfig config) {
        int writers = config.writers();
        if (writers < 1 || writers > MAX_WRITERS) {
            throw new IllegalArgumentException("writers must lie in [1, " + MAX_WRITERS + "], not " + writers);
        }
        return new Settings(writers);
    }
}
