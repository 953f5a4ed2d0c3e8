package org.geometryos.compositor.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;

/**
 * Which hosts appended what somebody has to watch: displays and holders of cameras. The same on all hosts. One thread
 * at a time.
 */
final class Authors {
    private final Map<String, String> displays = new HashMap<>();
    private final Map<String, String> control = new HashMap<>();

    /** Who says that a display of another host is not connected does not become its host by that. */
    void appended(Change change, String host) {
        if (change instanceof Change.PresenceChanged changed) {
            String session = changed.presence().session();
            if (changed.presence().action() == Presence.Action.LEFT) {
                displays.remove(session);
            } else if (changed.presence().connected()) {
                displays.put(session, host);
            } else {
                displays.putIfAbsent(session, host);
            }
        } else if (change instanceof Change.ControlChanged changed) {
            if (changed.state().holder().isPresent()) {
                control.put(changed.state().camera(), host);
            } else {
                control.remove(changed.state().camera());
            }
        }
    }

    /** The host of a display or a holder; empty for all else. */
    Optional<String> of(Change change) {
        if (change instanceof Change.PresenceChanged changed) {
            return Optional.ofNullable(displays.get(changed.presence().session()));
        }
        return change instanceof Change.ControlChanged changed
                ? Optional.ofNullable(control.get(changed.state().camera()))
                : Optional.empty();
    }

    /** The sessions of all displays of these hosts. */
    Set<String> displaysOf(Predicate<String> hosts) {
        Set<String> sessions = new HashSet<>();
        displays.forEach((session, host) -> {
            if (hosts.test(host)) {
                sessions.add(session);
            }
        });
        return sessions;
    }
}
