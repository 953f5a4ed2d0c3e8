package org.geometryos.compositor.foxglove;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
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

    /** What a viewer did to its playback, until the stream has told it what came of that. */
    static final class Requested {
        final String id;
        final boolean seek;
        /** The question whose answer tells; 0: not asked yet. The stream's thread. */
        long question;

        Requested(String id, boolean seek) {
            this.id = id;
            this.seek = seek;
        }
    }

    /** How a viewer was told that its playback is. */
    record Told(int status, double speed) {}

    /** Requests that wait for the stream; of more the oldest are not answered. */
    private static final int MAX_REQUESTS = 64;
    /** By this parameter of its address a viewer chooses a playback. */
    private static final String PLAYBACK = "playback";

    final Link link;
    final LinkMemory host;
    /** The playback whose time the viewer has asked for; empty: it looks at what is live. */
    final Optional<String> playback;
    /** What the viewer did to it. */
    final ArrayBlockingQueue<Requested> requests = new ArrayBlockingQueue<>(MAX_REQUESTS);

    final ViewerMemory memory;

    private volatile boolean ready = true;
    /** Another instance of this bundle served it, and may be gone. */
    private volatile boolean free;

    // the inbound thread
    private Map<String, Long> told = Map.of();
    private Map<Long, String> topics = Map.of();

    // the stream's thread
    final List<Subscribed> subscribed = new ArrayList<>();
    long owner;
    long triedAt;
    boolean lost;
    private Map<Long, String> asked;
    boolean busy;
    long busyAt;
    long pingedAt;
    /** Of a viewer that asked for a playback; null before the stream has looked. */
    volatile Deck deck;

    Told toldHow;
    long seeks = -1;
    boolean warned;
    long time;
    long timeAt;

    /** @param before nanoseconds: long enough ago that all that is done from time to time is due */
    Viewer(Link link, long before) {
        this.link = link;
        this.pingedAt = before;
        this.timeAt = before;
        this.host = LinkMemory.of(link.attributes());
        this.memory = ViewerMemory.of(link);
        this.playback = link.handshake().parameter(PLAYBACK);
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

    void requested(Requested request) {
        while (!requests.offer(request)) {
            requests.poll();
        }
    }

    /** The socket can take more. */
    void ready() {
        ready = true;
    }

    /** Whoever served it has gone, perhaps. */
    void free() {
        free = true;
    }

    // ---- the stream

    /** Whether it is served here: nobody else has taken it, or whoever has is perhaps gone. */
    boolean mine() {
        if (free) {
            free = false;
            lost = false;
            owner = 0;
        }
        return !lost;
    }

    /** Takes over what the inbound thread has left. @return whether subscriptions changed */
    boolean look() {
        if (ready) {
            ready = false;
            busy = false;
        }
        Map<Long, String> wanted = memory.subscriptions();
        if (wanted == asked) {
            return false;
        }
        asked = wanted;
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

    /** All that it subscribed to is sent to it again. */
    void again() {
        subscribed.forEach(each -> {
            each.sent = 0;
            each.scene = null;
        });
    }
}
