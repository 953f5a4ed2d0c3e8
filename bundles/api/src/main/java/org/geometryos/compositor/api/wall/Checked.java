package org.geometryos.compositor.api.wall;

import java.util.List;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;

/** Rules that the records of this package share. */
final class Checked {
    /** Integers of the protocol are below this. */
    private static final long BEYOND = 1L << 53;

    private static final int AXES = 3;
    private static final int MAX_NAME = 64;

    private Checked() {}

    static long time(String field, long value) {
        if (value < 0 || value >= BEYOND) {
            throw new InvalidValueException(field, value, "must lie in [0, 2^53)");
        }
        return value;
    }

    static long signed(String field, long value) {
        if (value <= -BEYOND || value >= BEYOND) {
            throw new InvalidValueException(field, value, "must lie in (-2^53, 2^53)");
        }
        return value;
    }

    static int count(String field, int value) {
        if (value < 0) {
            throw new InvalidValueException(field, value, "must be at least 0");
        }
        return value;
    }

    /** A point, immutable. */
    static List<Double> point(String field, List<Double> point) {
        Checks.present(field, point);
        if (point.size() != AXES) {
            throw new InvalidValueException(field, point, "must be three numbers");
        }
        for (int i = 0; i < AXES; i++) {
            Checks.present(field + "[" + i + "]", point.get(i));
            Checks.finite(field + "[" + i + "]", point.get(i));
        }
        return List.copyOf(point);
    }

    /** The name of a wall or of a display. */
    static String name(String field, String name) {
        Checks.present(field, name);
        if (!named(name)) {
            throw new InvalidValueException(field, name, "must be 1-64 of A-Z a-z 0-9 . _ -");
        }
        return name;
    }

    /** With each report of a member. */
    private static boolean named(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '.'
                    || c == '_'
                    || c == '-')) {
                return false;
            }
        }
        return true;
    }
}
