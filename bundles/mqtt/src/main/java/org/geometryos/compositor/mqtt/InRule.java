package org.geometryos.compositor.mqtt;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.protocol.Codec;

/**
 * Which messages move which cameras.
 *
 * @param retained whether a retained message gives a camera its view
 */
record InRule(TopicFilter topic, NamePattern camera, Mapping mapping, int qos, boolean retained) {
    /** The name of the camera as the payload has it. */
    static final String NAME = "name";

    /** @throws InvalidValueException that names key, value and rule */
    static InRule parse(String key, String text, Codec codec, double yfov) {
        Set<String> known = new LinkedHashSet<>(Mapping.OPTIONS);
        known.add("qos");
        known.add("retained");
        Words words = Words.parse(key, text, known);
        TopicFilter topic = TopicFilter.parse(key, words.from());
        Set<String> placeholders = new LinkedHashSet<>(Set.of(NAME));
        for (int i = 1; i <= topic.wildcards(); i++) {
            placeholders.add(String.valueOf(i));
        }
        if (topic.rest()) {
            placeholders.add(TopicFilter.REST);
        }
        return new InRule(
                topic,
                NamePattern.parse(key, words.to(), placeholders),
                Mapping.of(words, codec, yfov),
                words.oneOf("qos", "0", List.of("0", "1")).equals("1") ? 1 : 0,
                words.oneOf("retained", "state", List.of("state", "ignore")).equals("state"));
    }
}
