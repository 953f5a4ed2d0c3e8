package org.geometryos.compositor.api.connection;

import java.util.OptionalLong;

/**
 * A session at one instant.
 *
 * @param link the socket's number; empty while the session waits for its display
 * @param since when it began, microseconds since the Unix epoch
 * @param roundTrip of the last ping, nanoseconds
 * @param seq served up to here
 */
public record Session(String id, String display, String user, String key, Role role, String codec, boolean keepOpen,
        DisplaySettings settings, Subscription subscription, OptionalLong link, String address, long since,
        OptionalLong roundTrip, long seq, long delivered, long superseded, long refused, long bytesSent) {

}
