package org.geometryos.compositor.api.connection;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * What a display says of itself, or an operator of a display; every member optional.
 *
 * @param width physical pixels, 1 to 1,000,000
 * @param height physical pixels, 1 to 1,000,000
 * @param pixelRatio physical pixels per CSS pixel, above 0
 * @param refreshRate hertz, above 0
 * @param colorSpace {@code srgb}, {@code display-p3} or {@code rec2020}
 * @param fit {@code contain}, {@code cover} or {@code same-scale}
 * @param title at most 256 characters
 */
public record DisplaySettings(
        OptionalInt width,
        OptionalInt height,
        OptionalDouble pixelRatio,
        OptionalDouble refreshRate,
        Optional<String> colorSpace,
        Optional<String> fit,
        Optional<String> title) {

    public static final int MAX_PIXELS = 1_000_000;
    public static final int MAX_TITLE = 256;
    public static final List<String> COLOR_SPACES = List.of("srgb", "display-p3", "rec2020");
    public static final List<String> FITS = List.of("contain", "cover", "same-scale");

    public static final DisplaySettings EMPTY = new DisplaySettings(
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** @throws InvalidValueException if a value breaks its rule */
    public DisplaySettings {
        width.ifPresent(value -> pixels("width", value));
        height.ifPresent(value -> pixels("height", value));
        pixelRatio.ifPresent(value -> positive("pixelRatio", value));
        refreshRate.ifPresent(value -> positive("refreshRate", value));
        colorSpace.ifPresent(value -> word("colorSpace", value, COLOR_SPACES));
        fit.ifPresent(value -> word("fit", value, FITS));
        if (title.isPresent() && title.get().codePointCount(0, title.get().length()) > MAX_TITLE) {
            throw new InvalidValueException("title", title.get(), "must have at most " + MAX_TITLE + " characters");
        }
    }

    private static void pixels(String field, int value) {
        if (value < 1 || value > MAX_PIXELS) {
            throw new InvalidValueException(field, value, "must lie in [1, " + MAX_PIXELS + "]");
        }
    }

    private static void positive(String field, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new InvalidValueException(field, value, "must be a finite number above 0");
        }
    }

    private static void word(String field, String value, List<String> words) {
        if (!words.contains(value)) {
            throw new InvalidValueException(field, value, "must be one of " + String.join(", ", words));
        }
    }

    /** These, and where they say nothing, the others. */
    public DisplaySettings or(DisplaySettings others) {
        return new DisplaySettings(
                width.isPresent() ? width : others.width,
                height.isPresent() ? height : others.height,
                pixelRatio.isPresent() ? pixelRatio : others.pixelRatio,
                refreshRate.isPresent() ? refreshRate : others.refreshRate,
                colorSpace.or(() -> others.colorSpace),
                fit.or(() -> others.fit),
                title.or(() -> others.title));
    }

    /** In values of the JDK alone (Integer, Double, String), by the protocol's names; what is not set is not there. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        width.ifPresent(value -> map.put("width", value));
        height.ifPresent(value -> map.put("height", value));
        pixelRatio.ifPresent(value -> map.put("pixelRatio", value));
        refreshRate.ifPresent(value -> map.put("refreshRate", value));
        colorSpace.ifPresent(value -> map.put("colorSpace", value));
        fit.ifPresent(value -> map.put("fit", value));
        title.ifPresent(value -> map.put("title", value));
        return map;
    }

    /**
     * The way back from {@link #toMap()}; numbers may also come as text, as configuration files write them. Other names
     * are ignored.
     *
     * @throws InvalidValueException if a value breaks its rule
     */
    public static DisplaySettings fromMap(Map<?, ?> map) {
        return new DisplaySettings(
                integer(map, "width"),
                integer(map, "height"),
                number(map, "pixelRatio"),
                number(map, "refreshRate"),
                text(map, "colorSpace"),
                text(map, "fit"),
                text(map, "title"));
    }

    private static OptionalInt integer(Map<?, ?> map, String field) {
        OptionalDouble number = number(map, field);
        if (number.isPresent() && number.getAsDouble() != (int) number.getAsDouble()) {
            throw new InvalidValueException(field, map.get(field), "must be an integer in [1, " + MAX_PIXELS + "]");
        }
        return number.isPresent() ? OptionalInt.of((int) number.getAsDouble()) : OptionalInt.empty();
    }

    private static OptionalDouble number(Map<?, ?> map, String field) {
        Object value = map.get(field);
        if (value == null) {
            return OptionalDouble.empty();
        }
        try {
            return OptionalDouble.of(
                    value instanceof Number number
                            ? number.doubleValue()
                            : Double.parseDouble(value.toString().trim()));
        } catch (NumberFormatException e) {
            throw new InvalidValueException(field, value, "must be a number");
        }
    }

    private static Optional<String> text(Map<?, ?> map, String field) {
        return Optional.ofNullable(map.get(field)).map(Object::toString);
    }
}
