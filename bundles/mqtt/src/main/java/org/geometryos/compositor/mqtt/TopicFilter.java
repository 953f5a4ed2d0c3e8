package org.geometryos.compositor.mqtt;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;

/** A pattern of topics with {@code +} for one level and {@code #} for the rest (MQTT 5, 4.7). */
record TopicFilter(String text, List<String> levels) {
    /** What the levels stand for that {@code #} matches, with {@code /} between them. */
    static final String REST = "#";

    private static final int MAX_BYTES = 1024;

    /** @throws InvalidValueException that names key, value and rule */
    static TopicFilter parse(String key, String text) {
        List<String> levels = List.of(text.split("/", -1));
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            boolean wild = level.equals("+") || level.equals("#") && i == levels.size() - 1;
            if (!wild && (level.indexOf('+') >= 0 || level.indexOf('#') >= 0)) {
                throw new InvalidValueException(
                        key, text, "must have + as a whole level, and # as the whole last level of a topic");
            }
        }
        checkLength(key, text);
        return new TopicFilter(text, levels);
    }

    static void checkLength(String key, String topic) {
        if (topic.isEmpty() || topic.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new InvalidValueException(key, topic, "must have a topic of 1 to " + MAX_BYTES + " bytes");
        }
    }

    /** How many levels {@code +} stands for. */
    int wildcards() {
        return (int) levels.stream().filter("+"::equals).count();
    }

    boolean rest() {
        return levels.get(levels.size() - 1).equals("#");
    }

    /**
     * What the wildcards stand for in a topic: {@code 1}, {@code 2} and so on for each {@code +}, {@code #} for the
     * rest.
     *
     * @return empty if the topic does not match
     */
    Optional<Map<String, String>> match(String topic) {
        if (topic.startsWith("$") && !text.startsWith("$")) {
            return Optional.empty();
        }
        Map<String, String> found = new LinkedHashMap<>();
        String[] parts = topic.split("/", -1);
        int plus = 0;
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals("#")) {
                StringBuilder rest = new StringBuilder();
                for (int j = i; j < parts.length; j++) {
                    rest.append(j > i ? "/" : "").append(parts[j]);
                }
                found.put(REST, rest.toString());
                return Optional.of(found);
            }
            if (i >= parts.length) {
                return Optional.empty();
            }
            if (level.equals("+")) {
                plus++;
                found.put(String.valueOf(plus), parts[i]);
            } else if (!level.equals(parts[i])) {
                return Optional.empty();
            }
        }
        return parts.length == levels.size() ? Optional.of(found) : Optional.empty();
    }

    /** Whether a topic that is made of a template may match; a placeholder stands for any levels, at least one. */
    boolean mayMatch(List<String> template) {
        return mayMatch(0, template, 0);
    }

    private boolean mayMatch(int i, List<String> template, int j) {
        if (i == levels.size()) {
            return j == template.size();
        }
        if (levels.get(i).equals("#")) {
            return true;
        }
        if (j == template.size()) {
            return false;
        }
        boolean any = template.get(j).indexOf('{') >= 0;
        if (any) {
            // one level of it here, and it goes on or ends
            return mayMatch(i + 1, template, j + 1) || mayMatch(i + 1, template, j);
        }
        return (levels.get(i).equals("+") || levels.get(i).equals(template.get(j))) && mayMatch(i + 1, template, j + 1);
    }
}
