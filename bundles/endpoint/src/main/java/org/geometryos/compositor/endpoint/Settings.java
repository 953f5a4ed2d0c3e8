package org.geometryos.compositor.endpoint;

import org.geometryos.compositor.api.connection.Role;

/** The configuration, checked. */
record Settings(int priorityControl, int priorityAdmin, int malformedPerMinute, Origins origins) {
    private static final int MAX_PRIORITY = 1_000_000;

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(EndpointConfig config) {
        return new Settings(
                range("priorityControl", config.priorityControl(), -MAX_PRIORITY, MAX_PRIORITY),
                range("priorityAdmin", config.priorityAdmin(), -MAX_PRIORITY, MAX_PRIORITY),
                range("malformedPerMinute", config.malformedPerMinute(), 0, 10_000),
                Origins.of(config.allowedOrigins()));
    }

    private static int range(String key, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(key + " must lie in [" + low + ", " + high + "], not " + value);
        }
        return value;
    }

    int priority(Role role) {
        return role == Role.ADMIN ? priorityAdmin : priorityControl;
    }
}
