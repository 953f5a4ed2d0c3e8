package org.geometryos.compositor.configuration;

/** Numbers of a configuration. */
public final class Range {
    private Range() {}

    /**
     * @param low the least that may be, itself included
     * @param high the most that may be, itself included
     * @return the value
     * @throws IllegalArgumentException if it does not lie there, with a message that names key, rule and value
     */
    public static long check(String key, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(key + " must lie in [" + low + ", " + high + "], not " + value);
        }
        return value;
    }

    /** The same for an {@code int}. */
    public static int check(String key, int value, int low, int high) {
        return (int) check(key, (long) value, low, high);
    }
}
