package org.geometryos.compositor.mqtt;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.configuration.values.Values;

/**
 * One rule of a configuration: {@code FROM -> TO name=value name=value}, with blanks between its words.
 *
 * @param key of the configuration, and the number of the rule in it
 */
record Words(String key, String from, String to, Map<String, String> options) {

    /**
     * @param known names that there are
     * @throws InvalidValueException that names key, value and rule
     */
    static Words parse(String key, String rule, Set<String> known) {
        String[] words = rule.strip().split("\\s+");
        if (words.length < 3 || !words[1].equals("->")) {
            throw new InvalidValueException(key, rule.strip(), "must begin with FROM -> TO, with blanks between them");
        }
        Map<String, String> options = new LinkedHashMap<>();
        for (String word : List.of(words).subList(3, words.length)) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            if (equals < 0 || equals == word.length() - 1 || !known.contains(name)) {
                throw new InvalidValueException(
                        key,
                        word,
                        "must have name=value without blanks behind it, with a name of "
                                + String.join(", ", known.stream().sorted().toList()));
            }
            if (options.put(name, word.substring(equals + 1)) != null) {
                throw new InvalidValueException(key, word, "must have each name once");
            }
        }
        return new Words(key, words[0], words[2], options);
    }

    String key(String name) {
        return key + " " + name;
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(options.get(name));
    }

    boolean has(String name) {
        return options.containsKey(name);
    }

    String oneOf(String name, String missing, List<String> values) {
        String found = text(name).orElse(missing);
        if (!values.contains(found)) {
            throw new InvalidValueException(key(name), found, "must be one of " + String.join(", ", values));
        }
        return found;
    }

    double number(String name, double missing, double least, double most) {
        if (!has(name)) {
            return missing;
        }
        double found = Values.number(key(name), options.get(name));
        if (found < least || found > most) {
            throw new InvalidValueException(key(name), options.get(name), "must lie in [" + least + ", " + most + "]");
        }
        return found;
    }

    Optional<Pointer> pointer(String name) {
        return text(name).map(text -> Pointer.parse(key(name), text));
    }

    /** One pointer to an array of so many numbers, or so many pointers with commas between them. */
    Optional<List<Pointer>> pointers(String name, int count) {
        return text(name).map(text -> {
            String[] parts = text.split(",", -1);
            if (parts.length != 1 && parts.length != count) {
                throw new InvalidValueException(
                        key(name),
                        text,
                        "must be one JSON pointer to an array, or " + count + " with commas between them");
            }
            return List.of(parts).stream()
                    .map(part -> Pointer.parse(key(name), part))
                    .toList();
        });
    }
}
