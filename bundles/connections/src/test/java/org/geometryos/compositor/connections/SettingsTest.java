package org.geometryos.compositor.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.util.Map;

import org.geometryos.compositor.api.connection.Role;
import org.junit.jupiter.api.Test;

class SettingsTest {

    /** The defaults, some of them changed. */
    private static ConnectionsConfig config(Map<String, Object> changed) {
        return (ConnectionsConfig) java.lang.reflect.Proxy.newProxyInstance(ConnectionsConfig.class.getClassLoader(), new Class<?>[] {ConnectionsConfig.class},
                (proxy, method, args) -> method.getReturnType() == Class.class ? (Class<? extends Annotation>) ConnectionsConfig.class
                        : changed.getOrDefault(method.getName(), method.getDefaultValue()));
    }

    @Test
    void theDefaultsAreThoseOfTheProtocol() {
        assertThat(Settings.of(config(Map.of()))).isEqualTo(new Settings(10_000, 30_000, 60_000, 10_000, 100, 20_000));
    }

    @Test
    void whatIsOutOfRangeIsRefusedByNameAndRule() {
        assertThatThrownBy(() -> Settings.of(config(Map.of("heartbeatInterval", 99L)))).hasMessage("heartbeatInterval must lie in [100, 600000], not 99");
        assertThatThrownBy(() -> Settings.of(config(Map.of("heartbeatTimeout", 10_000L)))).hasMessageStartingWith("heartbeatTimeout must lie in [10001,");
        assertThatThrownBy(() -> Settings.of(config(Map.of("resumeWindow", -1L)))).hasMessageStartingWith("resumeWindow");
        assertThatThrownBy(() -> Settings.of(config(Map.of("helloTimeout", 600_001L)))).hasMessageStartingWith("helloTimeout");
        assertThatThrownBy(() -> Settings.of(config(Map.of("requestsPerSecondView", 0)))).hasMessageStartingWith("requestsPerSecondView");
    }

    @Test
    void viewersMayAskLess() {
        Settings settings = Settings.of(config(Map.of()));
        assertThat(settings.requests(Role.VIEW)).isEqualTo(100);
        assertThat(settings.requests(Role.CONTROL)).isEqualTo(settings.requests(Role.ADMIN)).isEqualTo(20_000);
    }
}
