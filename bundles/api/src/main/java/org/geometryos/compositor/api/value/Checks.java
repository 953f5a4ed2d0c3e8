package org.geometryos.compositor.api.value;

/**
 * The rules that values share. Each names its field, the value and the rule in an {@link InvalidValueException}, and
 * returns the value otherwise. Any thread.
 */
public final class Checks {
    private Checks() {}

    /** A finite number: neither infinite nor NaN. */
    public static double finite(String field, double value) {
        if (!Double.isFinite(value)) {
            throw new InvalidValueException(field, value, "must be a finite number");
        }
        return value;
    }

    /** A finite number above another. */
    public static double above(String field, double value, double least) {
        if (!(finite(field, value) > least)) {
            throw new InvalidValueException(field, value, "must be above " + plain(least));
        }
        return value;
    }

    /** Anything but null. */
    public static <T> T present(String field, T value) {
        if (value == null) {
            throw new InvalidValueException(field, null, "is required");
        }
        return value;
    }

    /** The first value is below the second. */
    public static void less(String low, double lowValue, String high, double highValue) {
        if (!(lowValue < highValue)) {
            throw new InvalidValueException(high, highValue, "must be above " + low + " (" + lowValue + ")");
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
