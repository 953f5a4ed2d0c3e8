package org.geometryos.compositor.client;

import java.util.OptionalLong;

/**
 * A connection that ended, or an attempt that failed.
 *
 * @param code of the WebSocket close; 1006 if there was none: connection lost, refused, or given up by the watchdog
 * @param reason for a person
 * @param reconnectIn milliseconds until the next attempt; empty: the client does not come back
 */
public record Closed(int code, String reason, OptionalLong reconnectIn) {}
