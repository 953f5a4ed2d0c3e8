package org.geometryos.compositor.connections;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.geometryos.compositor.api.connection.DisplaySettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What displays said of themselves, by user and name, across restarts. Any thread; {@link #save()} does I/O and belongs on a
 * thread that may wait.
 */
final class DisplayStore {
    private static final Logger LOG = LoggerFactory.getLogger(DisplayStore.class);

    /** @param seen milliseconds since the Unix epoch */
    record Remembered(String user, String display, DisplaySettings settings, long seen) {}

    private record Key(String user, String display) {}

    private final JsonFile file;
    // guarded by this
    /** Those not seen for longest first. */
    private final Map<Key, Remembered> byKey = new LinkedHashMap<>();
    private int most;
    private boolean changed;
    // the saving thread only
    private boolean failing;

    DisplayStore(JsonFile file, int most) {
        this.file = file;
        this.most = most;
        file.read(this::take);
        trim();
    }

    private void take(JsonNode document) {
        Map<Key, Remembered> read = new LinkedHashMap<>();
        for (JsonNode node : document.path("displays")) {
            Remembered remembered = new Remembered(JsonFile.text(node, "user"), JsonFile.text(node, "display"),
                    DisplaySettings.fromMap(JsonFile.map(node, "settings")), node.required("seen").longValue());
            read.put(new Key(remembered.user, remembered.display), remembered);
        }
        byKey.putAll(read);
    }

    synchronized void most(int displays) {
        most = displays;
        trim();
    }

    private void trim() {
        for (var oldest = byKey.entrySet().iterator(); byKey.size() > most; changed = true) {
            oldest.next();
            oldest.remove();
        }
    }

    synchronized Optional<DisplaySettings> settings(String user, String display) {
        return Optional.ofNullable(byKey.get(new Key(user, display))).map(Remembered::settings);
    }

    synchronized void remember(String user, String display, DisplaySettings settings, Instant seen) {
        Key key = new Key(user, display);
        byKey.remove(key);
        byKey.put(key, new Remembered(user, display, settings, seen.toEpochMilli()));
        changed = true;
        trim();
    }

    synchronized List<Remembered> all() {
        return new ArrayList<>(byKey.values());
    }

    synchronized int size() {
        return byKey.size();
    }

    /** Writes what has changed, if anything has. A disk that takes nothing is reported once, and once more when it takes it again. */
    void save() {
        ObjectNode document;
        synchronized (this) {
            if (!changed) {
                return;
            }
            changed = false;
            document = document();
        }
        try {
            file.write(document);
            if (failing) {
                failing = false;
                LOG.info("{} can be written again", file);
            }
        } catch (IOException e) {
            synchronized (this) {
                changed = true;
            }
            if (!failing) {
                failing = true;
                LOG.error("{} cannot be written ({}); it is tried again until it can", file, e.toString());
            }
        }
    }

    private ObjectNode document() {
        ObjectNode document = JsonFile.MAPPER.createObjectNode();
        ArrayNode displays = document.put("version", 1).putArray("displays");
        for (Remembered remembered : byKey.values()) {
            displays.addObject().put("user", remembered.user).put("display", remembered.display).put("seen", remembered.seen)
                    .set("settings", JsonFile.MAPPER.valueToTree(remembered.settings.toMap()));
        }
        return document;
    }
}
