package org.geometryos.compositor.camera.tracking;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Size;

/**
 * What only FreeD has.
 *
 * @param zoom what the readings of zoom encoders mean
 * @param sensor millimetres
 */
record FreeDOptions(Calibration zoom, Optional<Size> sensor) {
    /** Not standardised; that which is met most. */
    static final int PORT = 40_000;

    private static final double MAX_SENSOR = 1_000;
    static final Settings.Format<FreeDOptions> FORMAT = new Settings.Format<>(
            FreeDConfig.PID, PORT, FreeDConfig.CAMERA, Set.of(Settings.RECEIVER, "id"), FreeDOptions::of);

    /** @throws InvalidValueException that names key, value and rule */
    static FreeDOptions of(SourceProperties values) {
        Calibration zoom = values.text("zoom", ";")
                .map(text -> Calibration.parse("zoom", text))
                .orElse(Calibration.NONE);
        Optional<Size> sensor = values.text("sensor").map(FreeDOptions::sensor);
        if (zoom.focal() && sensor.isEmpty()) {
            throw new InvalidValueException("sensor", "", "is required for a zoom table in mm");
        }
        return new FreeDOptions(zoom, sensor);
    }

    private static Size sensor(String text) {
        String[] sides = text.toLowerCase(Locale.ROOT).split("x", -1);
        if (sides.length == 2) {
            double width = SourceProperties.number("sensor", sides[0].strip());
            double height = SourceProperties.number("sensor", sides[1].strip());
            if (width > 0 && height > 0 && width <= MAX_SENSOR && height <= MAX_SENSOR) {
                return new Size(width, height);
            }
        }
        throw new InvalidValueException(
                "sensor", text, "must be a width and a height in mm above 0 and up to 1000, as 36x20.25");
    }
}
