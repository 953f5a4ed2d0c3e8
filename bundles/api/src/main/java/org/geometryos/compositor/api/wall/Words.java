package org.geometryos.compositor.api.wall;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.geometryos.compositor.api.value.InvalidValueException;

/** Enums by the words of the protocol: {@code same-scale}. */
final class Words {
    private Words() {}

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static <T extends Enum<T>> T of(String field, String word, T[] values) {
        return Arrays.stream(values)
                .filter(value -> word(value).equals(word))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException(
                        field,
                        word,
                        "must be one of "
                                + Arrays.stream(values).map(Words::word).collect(Collectors.joining(", "))));
    }
}
