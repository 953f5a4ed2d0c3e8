package org.geometryos.compositor.launcher.command;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.protocol.ServerMessage;

/** The present displays, as {@code presence} tells them. Written by the client's thread, read by another. */
final class Roll {
    /** By session. More sessions than any server has are not kept. */
    private static final int MAX = 100_000;

    private final Map<String, ServerMessage.Display> sessions = new TreeMap<>();
    private boolean known;

    synchronized void take(ServerMessage message) {
        if (message instanceof ServerMessage.Snapshot snapshot
                && snapshot.displays().isPresent()) {
            sessions.clear();
            snapshot.displays().get().forEach(this::put);
            known = true;
        } else if (message instanceof ServerMessage.Display change) {
            put(change);
        }
        notifyAll();
    }

    private void put(ServerMessage.Display display) {
        Presence presence = display.presence();
        if (presence.action() == Presence.Action.LEFT) {
            sessions.remove(presence.session());
        } else if (sessions.size() < MAX || sessions.containsKey(presence.session())) {
            sessions.put(presence.session(), display);
        }
    }

    /** Forgets the displays, until the server has listed them again. */
    synchronized void forget() {
        sessions.clear();
        known = false;
        notifyAll();
    }

    /** Waits until the server has listed the displays. @return whether it has */
    synchronized boolean awaitKnown(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = millis; !known && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
            wait(left);
        }
        return known;
    }

    /** Waits for the next change, no longer than a while. */
    synchronized void awaitChange(long millis) throws InterruptedException {
        wait(Math.max(1, millis));
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
