package org.geometryos.compositor.connections;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

import org.geometryos.compositor.api.connection.DisplaySettings;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.transport.api.Link;

/** A session in the table. Fields that change are guarded by the table's lock. */
final class SessionEntry {
    final String id;
    final String token;
    final String display;
    final String user;
    final String key;
    final Role role;
    final long since;
    boolean keepOpen;
    DisplaySettings settings;
    /** The socket, or null while the session waits for its display. */
    Link link;
    /** While it waits: the subscription as it was, and until when. */
    Map<?, ?> subscription;
    String epoch;
    long waitsUntil;
    boolean ended;

    SessionEntry(String id, String token, String display, String user, String key, Role role, long since, boolean keepOpen,
            DisplaySettings settings) {
        this.id = id;
        this.token = token;
        this.display = display;
        this.user = user;
        this.key = key;
        this.role = role;
        this.since = since;
        this.keepOpen = keepOpen;
        this.settings = settings;
    }

    /** In values of the JDK alone, as it is kept with the socket. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new HashMap<>();
        map.put("id", id);
        map.put("token", token);
        map.put("display", display);
        map.put("user", user);
        map.put("key", key);
        map.put("role", role.word());
        map.put("since", since);
        map.put("keepOpen", keepOpen);
        settings.width().ifPresent(v -> map.put("width", v));
        settings.height().ifPresent(v -> map.put("height", v));
        settings.pixelRatio().ifPresent(v -> map.put("pixelRatio", v));
        settings.refreshRate().ifPresent(v -> map.put("refreshRate", v));
        settings.colorSpace().ifPresent(v -> map.put("colorSpace", v));
        settings.fit().ifPresent(v -> map.put("fit", v));
        settings.title().ifPresent(v -> map.put("title", v));
        return Map.copyOf(map);
    }

    static SessionEntry fromMap(Map<?, ?> map) {
        DisplaySettings settings = new DisplaySettings(integer(map, "width"), integer(map, "height"), number(map, "pixelRatio"),
                number(map, "refreshRate"), text(map, "colorSpace"), text(map, "fit"), text(map, "title"));
        return new SessionEntry((String) map.get("id"), (String) map.get("token"), (String) map.get("display"), (String) map.get("user"),
                (String) map.get("key"), Role.of((String) map.get("role")), (Long) map.get("since"), (Boolean) map.get("keepOpen"),
                settings);
    }

    private static OptionalInt integer(Map<?, ?> map, String key) {
        return map.get(key) instanceof Integer n ? OptionalInt.of(n) : OptionalInt.empty();
    }

    private static OptionalDouble number(Map<?, ?> map, String key) {
        return map.get(key) instanceof Double n ? OptionalDouble.of(n) : OptionalDouble.empty();
    }

    private static Optional<String> text(Map<?, ?> map, String key) {
        return Optional.ofNullable((String) map.get(key));
    }
}
