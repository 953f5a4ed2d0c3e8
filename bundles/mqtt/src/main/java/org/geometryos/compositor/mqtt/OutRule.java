package org.geometryos.compositor.mqtt;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.geometryos.compositor.api.value.InvalidValueException;

/**
 * Which cameras go out, and how.
 *
 * @param topic with {@code {camera}} for the name
 * @param period nanoseconds between two states of a camera
 */
record OutRule(Pattern cameras, String topic, long period, int qos, boolean retain) {
    static final double MAX_RATE = 1000;

    /** @throws InvalidValueException that names key, value and rule */
    static OutRule parse(String key, String text) {
        Words words = Words.parse(key, text, Set.of("rate", "qos", "retain"));
        if (!words.from().matches("[A-Za-z0-9._/*-]+")) {
            throw new InvalidValueException(key, words.from(), "must be a name of a camera, with * for any characters");
        }
        String topic = template(key, words.to(), "{camera}");
        if (!topic.contains("{camera}") && words.from().contains("*")) {
            throw new InvalidValueException(key, topic, "must have {camera}, as several cameras go there");
        }
        return new OutRule(
                Pattern.compile("\\Q" + words.from().replace("*", "\\E.*\\Q") + "\\E"),
                topic,
                (long) (1e9 / words.number("rate", 10, 0.01, MAX_RATE)),
                words.oneOf("qos", "0", List.of("0", "1")).equals("1") ? 1 : 0,
                words.oneOf("retain", "true", List.of("true", "false")).equals("true"));
    }

    /** A topic to publish to, with one placeholder. */
    static String template(String key, String text, String placeholder) {
        String bare = text.replace(placeholder, "x");
        if (bare.chars().anyMatch(c -> "+#{}".indexOf(c) >= 0 || c < ' ') || bare.startsWith("$")) {
            throw new InvalidValueException(
                    key,
                    text,
                    "must be a topic without + # $ at its beginning, and with no placeholder but " + placeholder);
        }
        TopicFilter.checkLength(key, bare);
        return text;
    }

    boolean takes(String camera) {
        return cameras.matcher(camera).matches();
    }

    String topicOf(String camera) {
        return topic.replace("{camera}", camera);
    }
}
