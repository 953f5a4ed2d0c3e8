package org.geometryos.compositor.connections;

import org.geometryos.compositor.api.connection.Role;

/** The configuration, checked. Times in milliseconds. */
record Settings(long heartbeatInterval, long heartbeatTimeout, long resumeWindow, long helloTimeout, int requestsView, int requestsControl) {

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(ConnectionsConfig config) {
        long interval = range("heartbeatInterval", config.heartbeatInterval(), 100, 600_000);
        return new Settings(interval, range("heartbeatTimeout", config.heartbeatTimeout(), interval + 1, 3_600_000),
                range("resumeWindow", config.resumeWindow(), 0, 3_600_000), range("helloTimeout", config.helloTimeout(), 100, 600_000),
                (int) range("requestsPerSecondView", config.requestsPerSecondView(), 1, 1_000_000),
                (int) range("requestsPerSecondControl", config.requestsPerSecondControl(), 1, 1_000_000));
    }

    private static long range(String key, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(key + " must lie in [" + low + ", " + high + "], not " + value);
        }
        return value;
    }

    int requests(Role role) {
        return role == Role.VIEW ? requestsView : requestsControl;
    }
}
