package org.geometryos.compositor.configuration.values;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * The properties of a configuration: typed values, or the Strings of a {@code .cfg} file. What is missing or blank has
 * its default; what is wrong gives an {@link InvalidValueException} that names key, value and rule.
 */
public record Values(Map<String, ?> properties) {
    /** A text; several ones as one, with {@code separator} between them. */
    public Optional<String> text(String key, String separator) {
        Object value = properties.get(key);
        List<String> parts = new ArrayList<>();
        if (value instanceof Collection<?> many) {
            many.forEach(one -> parts.add(String.valueOf(one)));
        } else if (value != null && value.getClass().isArray()) {
            for (int i = 0; i < Array.getLength(value); i++) {
                parts.add(String.valueOf(Array.get(value, i)));
            }
        } else if (value != null) {
            parts.add(value.toString());
        }
        String text = String.join(separator, parts).strip();
        if (text.contains("$[") || text.indexOf('\0') >= 0) {
            throw new InvalidValueException(
                    key, text, "must not contain an unresolved placeholder $[...] or a NUL character");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** A text; several ones with commas between them. */
    public Optional<String> text(String key) {
        return text(key, ",");
    }

    /** What stands between commas, without what is blank. */
    public List<String> list(String key, int most) {
        List<String> found = new ArrayList<>();
        for (String one : text(key).orElse("").split(",")) {
            if (!one.isBlank()) {
                found.add(one.strip());
            }
        }
        if (found.size() > most) {
            throw new InvalidValueException(key, found.size() + " entries", "must have at most " + most);
        }
        return found;
    }

    /** A whole number between two others, themselves included. */
    public int integer(String key, int missing, int least, int most) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return missing;
        }
        try {
            int found = Integer.parseInt(text.get());
            if (found >= least && found <= most) {
                return found;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new InvalidValueException(key, text.get(), "must be an integer in [" + least + ", " + most + "]");
    }

    /** A number between two others, themselves included. */
    public double decimal(String key, double missing, double least, double most) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return missing;
        }
        double found = number(key, text.get());
        if (found < least || found > most) {
            throw new InvalidValueException(key, text.get(), "must lie in [" + least + ", " + most + "]");
        }
        return found;
    }

    public boolean flag(String key, boolean missing) {
        String text = text(key).orElse(String.valueOf(missing));
        if (!text.equals("true") && !text.equals("false")) {
            throw new InvalidValueException(key, text, "must be true or false");
        }
        return text.equals("true");
    }

    /** So many numbers of at most a billion, separated by commas. */
    public double[] numbers(String key, double... missing) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return missing;
        }
        String[] parts = text.get().split(",", -1);
        if (parts.length != missing.length) {
            throw new InvalidValueException(
                    key, text.get(), "must be " + missing.length + " numbers, separated by commas");
        }
        double[] found = new double[parts.length];
        for (int i = 0; i < parts.length; i++) {
            found[i] = number(key, parts[i].strip());
            if (Math.abs(found[i]) > 1e9) {
                throw new InvalidValueException(key, text.get(), "must be numbers in [-1e9, 1e9]");
            }
        }
        return found;
    }

    /** The number that a text is, for what has numbers within its text. */
    public static double number(String key, String text) {
        try {
            double found = Double.parseDouble(text);
            if (Double.isFinite(found)) {
                return found;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new InvalidValueException(key, text, "must be a finite number");
    }
}
