package org.geometryos.compositor.api.connection;

import java.util.Map;

/**
 * Counters of the connection manager. Those that count what happened begin at 0 with each connection manager.
 *
 * @param connections open sockets, with and without a session
 * @param connected sessions that have a socket
 * @param waiting sessions that wait for their display
 * @param remembered displays whose settings are remembered
 * @param draining whether new connections are refused
 * @param refused refused handshakes, by HTTP status
 * @param closed ended connections, by close code; 1006 for those that ended without one
 * @param closedByClients those of them that the client closed, with a code of its own choice; 1005 for none
 */
public record Statistics(
        int connections,
        int connected,
        int waiting,
        int remembered,
        boolean draining,
        Map<Integer, Long> refused,
        Map<Integer, Long> closed,
        Map<Integer, Long> closedByClients) {

    public Statistics {
        refused = Map.copyOf(refused);
        closed = Map.copyOf(closed);
        closedByClients = Map.copyOf(closedByClients);
    }
}
