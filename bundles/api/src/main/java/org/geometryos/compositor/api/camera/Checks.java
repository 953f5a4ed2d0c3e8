package org.geometryos.compositor.api.camera;

/** The few rules that the records of this package share. */
final class Checks {
    private Checks() {}

    static double finite(String field, double value) {
        if (!Double.isFinite(value)) {
            throw new InvalidValueException(field, value, "must be a finite number");
        }
        return value;
    }

    static double above(String field, double value, double least) {
        if (!(finite(field, value) > least)) {
            throw new InvalidValueException(field, value, "must be above " + plain(least));
        }
        return value;
    }

    static <T> T present(String field, T value) {
        if (value == null) {
            throw new InvalidValueException(field, null, "is required");
        }
        return value;
    }

    static void less(String low, double lowValue, String high, double highValue) {
        if (!(lowValue < highValue)) {
            throw new InvalidValueException(high, highValue, "must be above " + low + " (" + lowValue + ")");
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
