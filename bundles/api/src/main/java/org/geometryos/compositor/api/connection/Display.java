package org.geometryos.compositor.api.connection;

import java.time.Instant;
import java.util.Optional;

/**
 * A display that the connection manager knows: one with a session, or one remembered or declared by configuration.
 *
 * @param user whose display it is; empty for one that is declared and was never there
 * @param session its session, if it has one
 * @param connected whether that session has a socket at this instant
 * @param settings those in force: the operator's, and where they say nothing the display's own
 * @param declared whether a configuration declares it
 * @param seen when it last had a session; empty if it never had
 */
public record Display(
        String name,
        Optional<String> user,
        Optional<String> session,
        boolean connected,
        DisplaySettings settings,
        boolean declared,
        Optional<Instant> seen) {}
