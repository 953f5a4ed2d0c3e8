package org.geometryos.compositor.foxglove;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.LinkMemory;
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

    /** Map of String to Object: what a viewer of a playback was told of the server when it came. */
    private static final String INFO = "foxglove.info";
    /** List of two Longs: the range of the recording that it was told of. */
    private static final String RANGE = "foxglove.range";

    private final LinkMemory memory;

    private ViewerMemory(LinkMemory memory) {
        this.memory = memory;
    }

    static ViewerMemory of(Link link) {
        return new ViewerMemory(LinkMemory.of(link.attributes()));
    }

    Map<String, Long> told() {
        return memory.kept(TOLD, Map.of());
    }

    void told(Map<String, Long> topics) {
        memory.keep(TOLD, topics);
    }

    Map<Long, String> subscriptions() {
        return memory.kept(SUBSCRIPTIONS, Map.of());
    }

    void subscriptions(Map<Long, String> topics) {
        memory.keep(SUBSCRIPTIONS, Map.copyOf(topics));
    }

    Map<Long, String> published() {
        return memory.kept(PUBLISHED, Map.of());
    }

    void published(Map<Long, String> cameras) {
        memory.keep(PUBLISHED, Map.copyOf(cameras));
    }

    Map<String, Object> info() {
        return memory.kept(INFO, Map.of());
    }

    void info(Map<String, Object> info) {
        memory.keep(INFO, info);
    }

    /** The range that the viewer was told of; empty: none. */
    Optional<Deck.Range> range() {
        List<Long> range = memory.kept(RANGE, List.of());
        return range.isEmpty() ? Optional.empty() : Optional.of(new Deck.Range(range.get(0), range.get(1)));
    }

    void range(Deck.Range range) {
        memory.keep(RANGE, List.of(range.from(), range.to()));
    }
}
