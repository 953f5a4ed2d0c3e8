package org.geometryos.compositor.transport;

/** Times ({@link System#nanoTime()}) of which 0 says that there is none. */
final class Since {
    private Since() {}

    /** The same, but never 0. */
    static long of(long nanos) {
        return nanos == 0 ? 1 : nanos;
    }
}
