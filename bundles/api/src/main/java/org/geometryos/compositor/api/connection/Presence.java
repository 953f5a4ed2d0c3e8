package org.geometryos.compositor.api.connection;

import java.util.Optional;

/**
 * What displays learn of a display (protocol, "Messages", {@code display}), as it stands after it happened.
 *
 * @param session the display's session
 * @param connected whether the session has a socket; a loss of less than 2 s does not show
 * @param settings those in force
 * @param reason why it left
 */
public record Presence(
        Action action,
        String display,
        String session,
        String user,
        boolean connected,
        DisplaySettings settings,
        Optional<String> reason) {

    /** What happened. */
    public enum Action {
        /** A session began. */
        JOINED,
        /** Its settings, or whether it is connected. */
        CHANGED,
        /** The session ended. */
        LEFT
    }
}
