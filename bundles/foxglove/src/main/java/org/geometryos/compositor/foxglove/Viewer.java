package org.geometryos.compositor.foxglove;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.transport.api.Link;

/** One viewer. What it asks for is written by its inbound thread; all else belongs to the thread of the stream. */
final class Viewer {
    /** What it subscribed to, and what of it was sent. */
    static final class Subscribed {
        final long id;
        final String topic;
        /** Null while there is no such topic. */
        Source source;

        long sent;
        long sentAt;
        /** Changes of the topic up to the last one sent. */
        long counted;
        /** The scene as the viewer knows it; null: unknown. */
        Scene scene;

        Subscribed(long id, String topic) {
            this.id = id;
            this.topic = topic;
        }
    }

    final Link link;
    final LinkMemory host;
    final ViewerMemory memory;

    // written by the inbound thread, read by the stream's
    private volatile boolean changed = true;
    private volatile boolean ready = true;

    // the inbound thread
    private Map<String, Long> told = Map.of();
    private Map<Long, String> topics = Map.of();

    // the stream's thread
    final List<Subscribed> subscribed = new ArrayList<>();
    long owner;
    long triedAt;
    boolean lost;
    boolean busy;
    long busyAt;
    long pingedAt;

    Viewer(Link link) {
        this.link = link;
        this.host = LinkMemory.of(link.attributes());
        this.memory = ViewerMemory.of(link);
    }

    // ---- inbound

    /** The topic of a channel that the viewer was told of; null if there is none. */
    String topic(long channel) {
        Map<String, Long> now = memory.told();
        if (now != told) {
            Map<Long, String> byId = new HashMap<>();
            now.forEach((topic, id) -> byId.put(id, topic));
            told = now;
            topics = byId;
        }
        return topics.get(channel);
    }

    /** It asks for something else. */
    void subscriptions(Map<Long, String> wanted) {
        memory.subscriptions(wanted);
        changed = true;
    }

    /** The socket can take more. */
    void ready() {
        ready = true;
    }

    // ---- the stream

    /** Takes over what the inbound thread has left. @return whether subscriptions changed */
    boolean look() {
        if (ready) {
            ready = false;
            busy = false;
        }
        if (!changed) {
            return false;
        }
        changed = false;
        Map<Long, String> wanted = memory.subscriptions();
        Set<Long> known = new HashSet<>();
        subscribed.removeIf(each -> !each.topic.equals(wanted.get(each.id)));
        subscribed.forEach(each -> known.add(each.id));
        new LinkedHashMap<>(wanted).forEach((id, topic) -> {
            if (!known.contains(id)) {
                subscribed.add(new Subscribed(id, topic));
            }
        });
        return true;
    }
}
