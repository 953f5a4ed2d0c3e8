package org.geometryos.compositor.client;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A connection that ended, or an attempt that failed.
 *
 * @param code of the WebSocket close; 1006 if there was none: connection lost, refused, or given up by the watchdog
 * @param reason for a person
 * @param reconnectIn milliseconds until the next attempt; empty: the client does not come back
 * @param httpStatus what the server answered instead of the upgrade, if it refused the handshake; its reason can be
 *     asked for at {@code /compositor/status} (protocol, "Statuses")
 */
public record Closed(int code, String reason, OptionalLong reconnectIn, OptionalInt httpStatus) {

    /** The handshake was not refused. */
    public Closed(int code, String reason, OptionalLong reconnectIn) {
        this(code, reason, reconnectIn, OptionalInt.empty());
    }
}
