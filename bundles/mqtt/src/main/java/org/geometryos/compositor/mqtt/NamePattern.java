package org.geometryos.compositor.mqtt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Names;

/** What cameras are called: a text with {@code {placeholders}}. */
record NamePattern(String text) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)}");

    /**
     * @param known the placeholders that there are
     * @throws InvalidValueException that names key, value and rule
     */
    static NamePattern parse(String key, String text, Set<String> known) {
        Matcher found = PLACEHOLDER.matcher(text);
        while (found.find()) {
            if (!known.contains(found.group(1))) {
                throw new InvalidValueException(
                        key,
                        text,
                        "must have no other placeholders than {"
                                + String.join("}, {", known.stream().sorted().toList()) + "}");
            }
        }
        if (!Names.valid(PLACEHOLDER.matcher(text).replaceAll("x"))) {
            throw new InvalidValueException(
                    key,
                    text,
                    "must give a camera name: 1-64 of A-Z a-z 0-9 . _ - / without an empty, . or .. segment");
        }
        return new NamePattern(text);
    }

    /**
     * The name, which always is a valid one: in a value whatever does not belong into a name becomes {@code -}, and
     * what is longer than a name is cut off.
     *
     * @return nothing if one of the values that it takes is not there
     */
    Optional<String> name(Map<String, String> values) {
        Matcher found = PLACEHOLDER.matcher(text);
        StringBuilder name = new StringBuilder();
        while (found.find()) {
            String value = values.get(found.group(1));
            if (value == null || value.isEmpty()) {
                return Optional.empty();
            }
            found.appendReplacement(
                    name,
                    Stream.of(value.split("/", -1)).map(NamePattern::clean).collect(Collectors.joining("/")));
        }
        found.appendTail(name);
        name.setLength(Math.min(name.length(), Names.MAX_LENGTH));
        // what was cut off may leave a segment that is empty or only dots
        for (String wrong : List.of("/..", "/.", "/")) {
            if (name.length() == Names.MAX_LENGTH && name.toString().endsWith(wrong)) {
                name.setLength(name.length() - wrong.length());
            }
        }
        return Optional.of(name.toString());
    }

    /** A segment of a name; it is never empty. */
    private static String clean(String level) {
        String clean = level.replaceAll("[^A-Za-z0-9._-]", "-");
        return clean.chars().allMatch(c -> c == '.') ? "-".repeat(Math.max(1, clean.length())) : clean;
    }
}
