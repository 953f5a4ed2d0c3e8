package org.geometryos.compositor.api.connection;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a display says of itself; every member optional.
 *
 * @param width physical pixels, 1 to 1,000,000
 * @param height physical pixels, 1 to 1,000,000
 * @param pixelRatio physical pixels per CSS pixel, above 0
 * @param refreshRate hertz, above 0
 * @param colorSpace {@code srgb}, {@code display-p3} or {@code rec2020}
 * @param fit {@code contain}, {@code cover} or {@code same-scale}
 * @param title at most 256 characters
 */
public record DisplaySettings(OptionalInt width, OptionalInt height, OptionalDouble pixelRatio, OptionalDouble refreshRate,
        Optional<String> colorSpace, Optional<String> fit, Optional<String> title) {

    public static final DisplaySettings EMPTY = new DisplaySettings(OptionalInt.empty(), OptionalInt.empty(),
            OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
