package org.geometryos.compositor.api.connection;

import java.util.OptionalLong;

/**
 * A session at one instant. The account ({@code delivered}, {@code superseded}, {@code refused}) and what follows it
 * belong to the socket and are 0 while there is none.
 *
 * @param user as it named itself
 * @param key the name of the key it came with; {@code local} without keys
 * @param codec the subprotocol it speaks, empty while it waits
 * @param settings those in force
 * @param address the peer's, empty while it waits
 * @param link the socket's number; empty while the session waits for its display
 * @param since when it began, microseconds since the Unix epoch
 * @param roundTrip of the last ping, nanoseconds
 * @param seq served up to here
 */
public record Session(
        String id,
        String display,
        String user,
        String key,
        Role role,
        String codec,
        boolean keepOpen,
        DisplaySettings settings,
        Subscription subscription,
        OptionalLong link,
        String address,
        long since,
        OptionalLong roundTrip,
        long seq,
        long delivered,
        long superseded,
        long refused,
        long bytesSent) {

    /** Whether it has a socket. */
    public boolean connected() {
        return link.isPresent();
    }
}
