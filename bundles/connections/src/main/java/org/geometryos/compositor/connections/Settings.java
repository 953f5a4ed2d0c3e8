package org.geometryos.compositor.connections;

import java.time.Duration;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.geometryos.compositor.api.connection.Role;
import org.geometryos.compositor.configuration.Range;

/**
 * The configuration, checked. Times in milliseconds.
 *
 * @param requestsView requests per second, as {@code Integer}: it hangs on every link
 * @param heartbeatInterval as {@code Long}, for the same reason
 */
record Settings(
        Long heartbeatInterval,
        long heartbeatTimeout,
        long resumeWindow,
        long helloTimeout,
        Integer requestsView,
        Integer requestsControl,
        Admission admission,
        Duration drainOver,
        Duration drainReconnectAfter,
        int rememberedDisplays,
        long subscriptionBytes,
        long waitingBytes) {
    /** By itself each budget is such a part of the heap. */
    private static final int SHARE = 16;

    private static final long LEAST = 1 << 20;
    private static final long MOST = 1L << 40;

    /** How many connections are taken; 0 is no limit, but for the connections in all. */
    record Admission(int connections, int perKey, int perAddress, int handshakesPerSecond) {}

    /** @throws IllegalArgumentException that names key, value and rule */
    static Settings of(ConnectionsConfig config) {
        long interval = Range.check("heartbeatInterval", config.heartbeatInterval(), 100, 600_000);
        return new Settings(
                interval,
                Range.check("heartbeatTimeout", config.heartbeatTimeout(), interval + 1, 3_600_000),
                Range.check("resumeWindow", config.resumeWindow(), 0, 3_600_000),
                Range.check("helloTimeout", config.helloTimeout(), 100, 600_000),
                Range.check("requestsPerSecondView", config.requestsPerSecondView(), 1, 1_000_000),
                Range.check("requestsPerSecondControl", config.requestsPerSecondControl(), 1, 1_000_000),
                new Admission(
                        Range.check("maxConnections", config.maxConnections(), 1, 1_000_000),
                        Range.check("maxConnectionsPerKey", config.maxConnectionsPerKey(), 0, 1_000_000),
                        Range.check("maxConnectionsPerAddress", config.maxConnectionsPerAddress(), 0, 1_000_000),
                        Range.check("handshakesPerSecond", config.handshakesPerSecond(), 0, 1_000_000)),
                Duration.ofMillis(Range.check("drainOver", config.drainOver(), 0, 3_600_000)),
                Duration.ofMillis(Range.check("drainReconnectAfter", config.drainReconnectAfter(), 0, 3_600_000)),
                Range.check("rememberedDisplays", config.rememberedDisplays(), 0, 1_000_000),
                bytes("subscriptionBytes", config.subscriptionBytes()),
                bytes("waitingBytes", config.waitingBytes()));
    }

    private static long bytes(String key, long value) {
        if (value != 0 && (value < LEAST || value > MOST)) {
            throw new IllegalArgumentException(
                    key + " must be 0 or lie in [" + LEAST + ", " + MOST + "], not " + value);
        }
        return value != 0 ? value : Math.max(LEAST, Runtime.getRuntime().maxMemory() / SHARE);
    }

    /**
     * Tells whoever serves a link how often heartbeats are due and how many requests it may make, once it has a role.
     */
    void limit(LinkMemory link) {
        link.role().ifPresent(role -> link.setLimits(heartbeatInterval, requests(role)));
    }

    /** The same, if it was told something else: its role is another one now. */
    void keep(LinkMemory link) {
        link.role().filter(role -> link.requestsPerSecond(0) != requests(role)).ifPresent(role -> limit(link));
    }

    Integer requests(Role role) {
        return role == Role.VIEW ? requestsView : requestsControl;
    }

    /** How often each link is looked at: often enough for the shortest of the limits, and once a second at most. */
    long lookEvery() {
        return Math.max(
                100, Math.min(1_000, Math.min(heartbeatInterval, Math.min(helloTimeout, heartbeatTimeout)) / 10));
    }
}
