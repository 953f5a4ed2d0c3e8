package org.geometryos.compositor.foxglove;

import java.util.Map;
import org.geometryos.compositor.transport.api.Link;

/**
 * What this bundle keeps with a viewer's socket, so that the next version of it goes on there: values of the JDK alone.
 * Each map is immutable and is replaced as a whole.
 */
final class ViewerMemory {
    /** Map of String to Long: the topics that the viewer was told of, with their channel ids; shared by many links. */
    private static final String TOLD = "foxglove.told";
    /** Map of Long to String: topics by subscription id. The viewer's inbound thread writes it. */
    private static final String SUBSCRIPTIONS = "foxglove.subscriptions";
    /** Map of Long to String: cameras by the viewer's own channel id. The viewer's inbound thread alone. */
    private static final String PUBLISHED = "foxglove.published";

    private final Map<String, Object> attributes;

    private ViewerMemory(Map<String, Object> attributes) {
        this.attributes = attributes;
    }

    static ViewerMemory of(Link link) {
        return new ViewerMemory(link.attributes());
    }

    @SuppressWarnings("unchecked")
    private <K, V> Map<K, V> map(String name) {
        return (Map<K, V>) attributes.getOrDefault(name, Map.of());
    }

    Map<String, Long> told() {
        return map(TOLD);
    }

    void told(Map<String, Long> topics) {
        attributes.put(TOLD, topics);
    }

    Map<Long, String> subscriptions() {
        return map(SUBSCRIPTIONS);
    }

    void subscriptions(Map<Long, String> topics) {
        attributes.put(SUBSCRIPTIONS, Map.copyOf(topics));
    }

    Map<Long, String> published() {
        return map(PUBLISHED);
    }

    void published(Map<Long, String> cameras) {
        attributes.put(PUBLISHED, Map.copyOf(cameras));
    }
}
