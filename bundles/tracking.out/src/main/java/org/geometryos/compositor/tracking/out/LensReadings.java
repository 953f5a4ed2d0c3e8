package org.geometryos.compositor.tracking.out;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.geometryos.compositor.api.value.Size;

/**
 * What is sent of a lens.
 *
 * @param sensor millimetres
 * @param focalLength of a pinhole camera with the picture's field of view, millimetres
 * @param zoom reading of the encoder, by the target's curve
 * @param focus the same
 */
record LensReadings(Size sensor, OptionalDouble focalLength, OptionalInt zoom, OptionalInt focus) {

    static LensReadings of(Moment moment, Settings settings) {
        Size sensor = moment.sensor().orElse(settings.sensor());
        OptionalDouble focal = OptionalDouble.empty();
        OptionalInt zoom = OptionalInt.empty();
        if (moment.tangent().isPresent()) {
            double tangent = moment.tangent().getAsDouble();
            focal = OptionalDouble.of(sensor.height() / (2 * tangent));
            if (settings.zoom().isPresent()) {
                double value = settings.zoomFocal() ? focal.getAsDouble() : Math.toDegrees(2 * Math.atan(tangent));
                zoom = OptionalInt.of(settings.zoom().get().reading(value));
            }
        }
        OptionalInt focus = settings.focus().isPresent()
                        && moment.focusDistance().isPresent()
                ? OptionalInt.of(
                        settings.focus().get().reading(moment.focusDistance().getAsDouble()))
                : OptionalInt.empty();
        return new LensReadings(sensor, focal, zoom, focus);
    }
}
