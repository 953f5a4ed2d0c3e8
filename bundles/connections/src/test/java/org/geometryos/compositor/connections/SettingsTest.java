package org.geometryos.compositor.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.time.Duration;
import java.util.Map;
import org.geometryos.compositor.api.connection.Role;
import org.junit.jupiter.api.Test;

class SettingsTest {

    /** The defaults, some of them changed. */
    private static ConnectionsConfig config(Map<String, Object> changed) {
        return (ConnectionsConfig) java.lang.reflect.Proxy.newProxyInstance(
                ConnectionsConfig.class.getClassLoader(),
                new Class<?>[] {ConnectionsConfig.class},
                (proxy, method, args) -> method.getReturnType() == Class.class
                        ? (Class<? extends Annotation>) ConnectionsConfig.class
                        : changed.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    @Test
    void theDefaultsAreThoseOfTheProtocol() {
        assertThat(Settings.of(config(Map.of())))
                .isEqualTo(new Settings(
                        10_000L,
                        30_000,
                        60_000,
                        10_000,
                        100,
                        20_000,
                        new Settings.Admission(16_384, 0, 0, 5_000),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1),
                        10_000,
                        Runtime.getRuntime().maxMemory() / 16,
                        Runtime.getRuntime().maxMemory() / 16));
    }

    @Test
    void whatIsOutOfRangeIsRefusedByNameAndRule() {
        assertThatThrownBy(() -> Settings.of(config(Map.of("heartbeatInterval", 99L))))
                .hasMessage("heartbeatInterval must lie in [100, 600000], not 99");
        assertThatThrownBy(() -> Settings.of(config(Map.of("heartbeatTimeout", 10_000L))))
                .hasMessageStartingWith("heartbeatTimeout must lie in [10001,");
        assertThatThrownBy(() -> Settings.of(config(Map.of("resumeWindow", -1L))))
                .hasMessageStartingWith("resumeWindow");
        assertThatThrownBy(() -> Settings.of(config(Map.of("helloTimeout", 600_001L))))
                .hasMessageStartingWith("helloTimeout");
        assertThatThrownBy(() -> Settings.of(config(Map.of("requestsPerSecondView", 0))))
                .hasMessageStartingWith("requestsPerSecondView");
        assertThatThrownBy(() -> Settings.of(config(Map.of("maxConnections", 0))))
                .hasMessage("maxConnections must lie in [1, 1000000], not 0");
        assertThatThrownBy(() -> Settings.of(config(Map.of("maxConnectionsPerKey", -1))))
                .hasMessageStartingWith("maxConnectionsPerKey");
        assertThatThrownBy(() -> Settings.of(config(Map.of("maxConnectionsPerAddress", -1))))
                .hasMessageStartingWith("maxConnectionsPerAddress");
        assertThatThrownBy(() -> Settings.of(config(Map.of("handshakesPerSecond", -1))))
                .hasMessageStartingWith("handshakesPerSecond");
        assertThatThrownBy(() -> Settings.of(config(Map.of("drainOver", 3_600_001L))))
                .hasMessageStartingWith("drainOver");
        assertThatThrownBy(() -> Settings.of(config(Map.of("rememberedDisplays", -1))))
                .hasMessageStartingWith("rememberedDisplays");
    }

    @Test
    void viewersMayAskLess() {
        Settings settings = Settings.of(config(Map.of()));
        assertThat(settings.requests(Role.VIEW)).isEqualTo(100);
        assertThat(settings.requests(Role.CONTROL))
                .isEqualTo(settings.requests(Role.ADMIN))
                .isEqualTo(20_000);
    }
}
