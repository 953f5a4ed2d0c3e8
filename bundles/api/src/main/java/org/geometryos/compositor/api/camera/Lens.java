package org.geometryos.compositor.api.camera;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.geometryos.compositor.api.value.Checks;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Size;

/**
 * The physical lens behind a projection; each member optional.
 *
 * @param focalLength millimetres, above 0
 * @param sensor millimetres
 * @param distortion coefficients of the source's model, at most 32, all finite; absent is not the same as empty
 */
public record Lens(OptionalDouble focalLength, Optional<Size> sensor, Optional<List<Double>> distortion) {
    public static final int MAX_DISTORTION = 32;

    public Lens {
        if (Checks.present("focalLength", focalLength).isPresent()) {
            Checks.above("focalLength", focalLength.getAsDouble(), 0);
        }
        Checks.present("sensor", sensor);
        if (Checks.present("distortion", distortion).isPresent()) {
            distortion = Optional.of(List.copyOf(distortion.get()));
            if (distortion.get().size() > MAX_DISTORTION) {
                throw new InvalidValueException(
                        "distortion",
                        distortion.get().size() + " numbers",
                        "must hold at most " + MAX_DISTORTION + " numbers");
            }
            for (double coefficient : distortion.get()) {
                Checks.finite("distortion", coefficient);
            }
        }
    }
}
