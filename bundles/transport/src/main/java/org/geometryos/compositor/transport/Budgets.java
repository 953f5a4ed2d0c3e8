package org.geometryos.compositor.transport;

/**
 * What all links together may make this bundle hold, and for how long one may do so. A link beyond it is closed: the
 * one first that has held most for longest.
 *
 * @param input bytes of messages that are not complete or have to wait
 * @param unsent bytes that sockets have not taken yet, those that several links wait with counted once
 * @param messageNanos how long a message may take from its first byte to its last
 */
record Budgets(long input, long unsent, long messageNanos) {
    /** By itself each budget is such a part of the heap. */
    private static final int SHARE = 16;

    private static final long LEAST = 1 << 20;
    private static final long MOST = 1L << 40;

    /**
     * @param inputBytes 0: by itself
     * @param unsentBytes 0: by itself
     * @throws IllegalArgumentException that names key, value and rule
     */
    static Budgets of(long inputBytes, long unsentBytes, long messageNanos) {
        return new Budgets(bytes("inputBytes", inputBytes), bytes("unsentBytes", unsentBytes), messageNanos);
    }

    private static long bytes(String key, long value) {
        if (value != 0 && (value < LEAST || value > MOST)) {
            throw new IllegalArgumentException(
                    key + " must be 0 or lie in [" + LEAST + ", " + MOST + "], not " + value);
        }
        return value != 0 ? value : Math.max(LEAST, Runtime.getRuntime().maxMemory() / SHARE);
    }
}
