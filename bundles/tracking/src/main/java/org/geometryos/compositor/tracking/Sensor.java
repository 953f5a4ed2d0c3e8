package org.geometryos.compositor.tracking;

import java.util.Locale;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Size;

/** The active area of a sensor, as it stands in configurations. */
public final class Sensor {
    private static final double MAX_SIDE = 1_000;

    private Sensor() {}

    /**
     * A width and a height in millimetres.
     *
     * @param text as {@code 36x20.25}
     * @throws InvalidValueException that names key, value and rule
     */
    public static Size size(String key, String text) {
        String[] sides = text.toLowerCase(Locale.ROOT).split("x", -1);
        if (sides.length == 2) {
            double width = side(sides[0]);
            double height = side(sides[1]);
            if (width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE) {
                return new Size(width, height);
            }
        }
        throw new InvalidValueException(
                key, text, "must be a width and a height in mm above 0 and up to 1000, as 36x20.25");
    }

    private static double side(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
