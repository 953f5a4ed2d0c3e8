package org.geometryos.compositor.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * Reads values by their names, each with its rule and its default. What breaks its rule throws an
 * {@link InvalidValueException}.
 */
final class DocumentValues {
    private final Map<String, ?> said;
    private final boolean text;
    private final Set<String> asked = new LinkedHashSet<>();

    /**
     * @param text whether numbers and flags may come as text, and nothing as empty text, as Config Admin's files have
     *     it
     */
    DocumentValues(Map<String, ?> said, boolean text) {
        this.said = said;
        this.text = text;
    }

    /** The names of all values that were asked for. */
    Set<String> asked() {
        return Set.copyOf(asked);
    }

    int integer(String name, int low, int high, int otherwise) {
        String rule = "must be an integer in [" + low + ", " + high + "]";
        double number = number(name, otherwise, rule);
        if (number != (int) number || number < low || number > high) {
            throw new InvalidValueException(name, said.get(name), rule);
        }
        return (int) number;
    }

    /** @param rule the range in words */
    double number(String name, double low, double high, double otherwise, String rule) {
        double number = number(name, otherwise, rule);
        if (!(number >= low && number <= high)) {
            throw new InvalidValueException(name, said.get(name), rule);
        }
        return number;
    }

    private double number(String name, double otherwise, String rule) {
        if (!given(name)) {
            return otherwise;
        }
        Object value = said.get(name);
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (text && value instanceof String written) {
            try {
                return Double.parseDouble(written.strip());
            } catch (NumberFormatException e) {
                throw new InvalidValueException(name, value, rule);
            }
        }
        throw new InvalidValueException(name, value, rule);
    }

    boolean flag(String name, boolean otherwise) {
        if (!given(name)) {
            return otherwise;
        }
        Object value = said.get(name);
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (text && value instanceof String written && List.of("true", "false").contains(written.strip())) {
            return Boolean.parseBoolean(written.strip());
        }
        throw new InvalidValueException(name, value, "must be true or false");
    }

    String word(String name, List<String> words, String otherwise) {
        if (!given(name)) {
            return otherwise;
        }
        if (said.get(name) instanceof String word && words.contains(text ? word.strip() : word)) {
            return text ? word.strip() : word;
        }
        throw new InvalidValueException(name, said.get(name), "must be one of " + String.join(", ", words));
    }

    Optional<String> optional(String name, Pattern pattern, String rule) {
        asked.add(name);
        Object value = said.get(name);
        if (value == null || text && value instanceof String written && written.isBlank()) {
            return Optional.empty();
        }
        if (value instanceof String written
                && pattern.matcher(text ? written.strip() : written).matches()) {
            return Optional.of(text ? written.strip() : written);
        }
        throw new InvalidValueException(name, value, rule);
    }

    /** Of one text or several, each a camera or a list of them. */
    List<CameraUpdate> cameras(String name) {
        if (!given(name)) {
            return List.of();
        }
        Object value = said.get(name);
        Collection<?> texts = value instanceof Object[] array
                ? List.of(array)
                : value instanceof Collection<?> several
                        ? several
                        : value instanceof String one && text ? List.of(one) : null;
        if (texts == null) {
            throw new InvalidValueException(name, value, "must be a list of cameras");
        }
        List<CameraUpdate> cameras = new ArrayList<>();
        for (Object json : texts) {
            if (!(json instanceof String written)) {
                throw new InvalidValueException(name, json, "must be a list of cameras");
            }
            CameraReader.read(name, written, cameras);
        }
        return List.copyOf(cameras);
    }

    /** Whether there is something to be read; null is, and breaks the rule. */
    private boolean given(String name) {
        asked.add(name);
        return said.containsKey(name) && !(text && said.get(name) instanceof String written && written.isBlank());
    }
}
