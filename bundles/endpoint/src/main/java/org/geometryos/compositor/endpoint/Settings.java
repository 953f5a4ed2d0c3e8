package org.geometryos.compositor.endpoint;

import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.configuration.Range;

/** The configuration, checked. */
record Settings(int priorityControl, int priorityAdmin, int malformedPerMinute, Origins origins) {
    private static final int MAX_PRIORITY = 1_000_000;

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(EndpointConfig config) {
        return new Settings(
                Range.check("priorityControl", config.priorityControl(), -MAX_PRIORITY, MAX_PRIORITY),
                Range.check("priorityAdmin", config.priorityAdmin(), -MAX_PRIORITY, MAX_PRIORITY),
                Range.check("malformedPerMinute", config.malformedPerMinute(), 0, 10_000),
                Origins.of(config.allowedOrigins()));
    }

    int priority(Role role) {
        return role == Role.ADMIN ? priorityAdmin : priorityControl;
    }
}
