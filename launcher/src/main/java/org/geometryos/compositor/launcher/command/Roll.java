package org.geometryos.compositor.launcher.command;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.protocol.ServerMessage;

/** The present displays, as {@code presence} tells them. */
final class Roll extends Listing {
    /** By session. More sessions than any server has are not kept. */
    private static final int MAX = 100_000;

    private final Map<String, ServerMessage.Display> sessions = new TreeMap<>();

    @Override
    boolean read(ServerMessage message) {
        if (message instanceof ServerMessage.Snapshot snapshot
                && snapshot.displays().isPresent()) {
            sessions.clear();
            snapshot.displays().get().forEach(this::put);
            return true;
        }
        if (message instanceof ServerMessage.Display change) {
            put(change);
        }
        return false;
    }

    private void put(ServerMessage.Display display) {
        Presence presence = display.presence();
        if (presence.action() == Presence.Action.LEFT) {
            sessions.remove(presence.session());
        } else if (sessions.size() < MAX || sessions.containsKey(presence.session())) {
            sessions.put(presence.session(), display);
        }
    }

    @Override
    void clear() {
        sessions.clear();
    }

    /** All but one's own. */
    synchronized Collection<ServerMessage.Display> others(String own) {
        return sessions.values().stream()
                .filter(display -> !display.presence().session().equals(own))
                .toList();
    }

    /** How many others have a socket. */
    long connected(String own) {
        return others(own).stream()
                .filter(display -> display.presence().connected())
                .count();
    }
}
