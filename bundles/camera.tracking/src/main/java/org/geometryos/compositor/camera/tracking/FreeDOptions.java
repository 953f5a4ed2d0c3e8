package org.geometryos.compositor.camera.tracking;

import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Size;
import org.geometryos.compositor.configuration.values.Values;
import org.geometryos.compositor.tracking.Calibration;
import org.geometryos.compositor.tracking.Sensor;

/**
 * What only FreeD has.
 *
 * @param zoom what the readings of zoom encoders mean
 * @param sensor millimetres
 */
record FreeDOptions(Calibration zoom, Optional<Size> sensor) {
    /** Not standardised; that which is met most. */
    static final int PORT = 40_000;

    static final Settings.Format<FreeDOptions> FORMAT = new Settings.Format<>(
            FreeDConfig.PID, PORT, FreeDConfig.CAMERA, Set.of(Settings.RECEIVER, "id"), FreeDOptions::of);

    /** @throws InvalidValueException that names key, value and rule */
    static FreeDOptions of(Values values) {
        Calibration zoom = values.text("zoom", ";")
                .map(text -> Calibration.parse("zoom", text))
                .orElse(Calibration.NONE);
        Optional<Size> sensor = values.text("sensor").map(text -> Sensor.size("sensor", text));
        if (zoom.focal() && sensor.isEmpty()) {
            throw new InvalidValueException("sensor", "", "is required for a zoom table in mm");
        }
        return new FreeDOptions(zoom, sensor);
    }
}
