package org.geometryos.compositor.connections;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a table of sessions hands to the one that replaces it, through the bundle's data area: sessions that wait for
 * their display stand nowhere else, and those that have a socket might lose it in between. No token is in it, only
 * digests.
 */
final class SessionFile {
    private static final Logger LOG = LoggerFactory.getLogger(SessionFile.class);

    /**
     * @param lost for how long the session had no socket; empty if it had one
     * @param subscription as {@link Subscription#toMap()} gives it, or null
     * @param asked whether another subscription was asked for, which may begin while nobody has the session
     */
    record Kept(SessionEntry session, Optional<Duration> lost, Map<?, ?> subscription, boolean asked) {}

    /** @param left how long the moving of displays still takes */
    record Draining(Duration left, Duration reconnectAfter, Optional<String> except) {}

    record Content(List<Kept> sessions, Optional<Draining> draining) {}

    private final JsonFile file;

    SessionFile(JsonFile file) {
        this.file = file;
    }

    void write(Content content, long nowMillis) {
        ObjectNode document = JsonFile.MAPPER
                .createObjectNode()
                .put("version", JsonFile.VERSION)
                .put("written", nowMillis);
        ArrayNode sessions = document.putArray("sessions");
        for (Kept kept : content.sessions) {
            ObjectNode node = JsonFile.MAPPER.valueToTree(kept.session.toMap());
            kept.lost.ifPresent(lost -> node.put("lost", lost.toMillis()));
            if (kept.subscription != null) {
                node.set("subscription", JsonFile.MAPPER.valueToTree(kept.subscription));
            }
            if (kept.asked) {
                node.put("asked", true);
            }
            sessions.add(node);
        }
        content.draining.ifPresent(draining -> {
            ObjectNode node = document.putObject("draining")
                    .put("left", draining.left.toMillis())
                    .put("reconnectAfter", draining.reconnectAfter.toMillis());
            draining.except.ifPresent(session -> node.put("except", session));
        });
        if (!file.save(document) && file.mine()) {
            LOG.error("{} is not written: sessions that wait for their display are lost", file);
        }
    }

    /** Reads it, once: it is gone afterwards. */
    Content take(long nowMillis) {
        List<Kept> sessions = new ArrayList<>();
        List<Draining> draining = new ArrayList<>();
        file.read(document -> read(document, nowMillis, sessions, draining));
        file.delete();
        return new Content(sessions, draining.stream().findFirst());
    }

    private static void read(JsonNode document, long nowMillis, List<Kept> sessions, List<Draining> draining) {
        long since = Math.max(0, nowMillis - document.required("written").longValue());
        List<Kept> read = new ArrayList<>();
        for (JsonNode node : document.required("sessions")) {
            Map<?, ?> map = JsonFile.MAPPER.convertValue(node, Map.class);
            Map<?, ?> subscription = map.get("subscription") instanceof Map<?, ?> value
                    ? Subscription.fromMap(value).toMap()
                    : null;
            read.add(new Kept(
                    SessionEntry.fromMap(map),
                    Optional.ofNullable(node.get("lost")).map(lost -> Duration.ofMillis(lost.longValue() + since)),
                    subscription,
                    Boolean.TRUE.equals(map.get("asked"))));
        }
        JsonNode drain = document.get("draining");
        if (drain != null) {
            draining.add(new Draining(
                    Duration.ofMillis(Math.max(0, drain.required("left").longValue() - since)),
                    Duration.ofMillis(drain.required("reconnectAfter").longValue()),
                    Optional.ofNullable(drain.get("except")).map(JsonNode::textValue)));
        }
        sessions.addAll(read);
    }
}
