package org.geometryos.compositor.connections;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.connection.DisplaySettings;

/**
 * What displays said of themselves, by key, user and name, across restarts. A user is what a client says it is; its key
 * is not. Any thread; {@link #save()} does I/O and belongs on a thread that may wait.
 */
final class DisplayStore {
    /** The key of clients where no key is configured; no configured key has that name. */
    private static final String WITHOUT_KEYS = "local";
    /** The key of what was stored before keys were a part of it. */
    private static final String UNKNOWN = "";

    /**
     * @param key the name of the key, or empty if that was not stored
     * @param seen milliseconds since the Unix epoch
     */
    record Remembered(String key, String user, String display, DisplaySettings settings, long seen) {
        Key whose() {
            return new Key(key, user, display);
        }
    }

    private record Key(String key, String user, String display) {}

    private final JsonFile file;
    // guarded by this
    /** Those not seen for longest first. */
    private final Map<Key, Remembered> byKey = new LinkedHashMap<>();

    private final Map<String, Integer> perKey = new HashMap<>();
    private int most;
    private boolean changed;
    // the saving thread only
    private boolean waiting;

    DisplayStore(JsonFile file, int most) {
        this.file = file;
        this.most = most;
        file.read(this::take);
        trim();
    }

    private void take(JsonNode document) {
        List<Remembered> read = new ArrayList<>();
        for (JsonNode node : document.path("displays")) {
            read.add(new Remembered(
                    node.path("key").asText(UNKNOWN),
                    JsonFile.text(node, "user"),
                    JsonFile.text(node, "display"),
                    DisplaySettings.fromMap(JsonFile.map(node, "settings")),
                    node.required("seen").longValue()));
        }
        read.forEach(this::put);
    }

    private void put(Remembered remembered) {
        drop(remembered.whose());
        byKey.put(remembered.whose(), remembered);
        perKey.merge(remembered.key, 1, Integer::sum);
    }

    private void drop(Key key) {
        if (byKey.remove(key) != null) {
            perKey.computeIfPresent(key.key, (name, count) -> count == 1 ? null : count - 1);
        }
    }

    synchronized void most(int displays) {
        most = displays;
        trim();
    }

    private void trim() {
        for (; byKey.size() > most; changed = true) {
            // of the key with the most of them, so that none pushes out what others have
            String fullest = Collections.max(perKey.entrySet(), Map.Entry.comparingByValue())
                    .getKey();
            drop(byKey.keySet().stream()
                    .filter(key -> key.key.equals(fullest))
                    .findFirst()
                    .orElseThrow());
        }
    }

    synchronized Optional<DisplaySettings> settings(String key, String user, String display) {
        return Optional.ofNullable(byKey.get(new Key(key, user, display)))
                .or(() -> ofUnknownKey(key, user, display))
                .map(Remembered::settings);
    }

    /**
     * What no key is known of belongs to the key whose name is the user's, and to everybody as long as there are no
     * keys.
     */
    private Optional<Remembered> ofUnknownKey(String key, String user, String display) {
        return key.equals(user) || key.equals(WITHOUT_KEYS)
                ? Optional.ofNullable(byKey.get(new Key(UNKNOWN, user, display)))
                : Optional.empty();
    }

    synchronized void remember(String key, String user, String display, DisplaySettings settings, Instant seen) {
        ofUnknownKey(key, user, display).map(Remembered::whose).ifPresent(this::drop);
        put(new Remembered(key, user, display, settings, seen.toEpochMilli()));
        changed = true;
        trim();
    }

    synchronized List<Remembered> all() {
        return new ArrayList<>(byKey.values());
    }

    synchronized int size() {
        return byKey.size();
    }

    /** Writes what has changed, if anything has. What cannot be written is tried again by the next call. */
    void save() {
        if (!file.mine()) {
            waiting = true;
            return;
        }
        if (waiting) {
            waiting = false;
            file.read(this::merge);
        }
        ObjectNode document;
        synchronized (this) {
            if (!changed) {
                return;
            }
            changed = false;
            document = document();
        }
        if (!file.save(document)) {
            synchronized (this) {
                changed = true;
            }
        }
    }

    /** What another copy of the bundle has written until it left: of each display the later counts. */
    private synchronized void merge(JsonNode document) {
        List<Remembered> here = all();
        byKey.clear();
        perKey.clear();
        take(document);
        for (Remembered remembered : here) {
            Remembered there = byKey.get(remembered.whose());
            if (there == null || there.seen <= remembered.seen) {
                put(remembered);
            }
        }
        changed = true;
        trim();
    }

    /** What is wrong at present. Any thread. */
    List<String> problems() {
        return file.problems();
    }

    private ObjectNode document() {
        ObjectNode document = JsonFile.MAPPER.createObjectNode();
        ArrayNode displays = document.put("version", JsonFile.VERSION).putArray("displays");
        for (Remembered remembered : byKey.values()) {
            displays.addObject()
                    .put("key", remembered.key)
                    .put("user", remembered.user)
                    .put("display", remembered.display)
                    .put("seen", remembered.seen)
                    .set("settings", JsonFile.MAPPER.valueToTree(remembered.settings.toMap()));
        }
        return document;
    }
}
