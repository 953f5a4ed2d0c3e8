package org.geometryos.compositor.osc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static Settings of(String... keysAndValues) {
        Map<String, Object> map = new HashMap<>(Map.of("service.pid", OscConfig.PID + "~desk"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return Settings.of(map);
    }

    @Test
    void nothingHasToBeSaid() throws Exception {
        Settings settings = of();
        assertThat(settings.source()).isEqualTo("desk");
        assertThat(settings.bind().isLoopbackAddress()).isTrue();
        assertThat(settings.allows(InetAddress.getByName("127.0.0.1"))).isTrue();
        assertThat(settings.allows(InetAddress.getByName("10.0.0.1"))).isFalse();
        assertThat(settings.feedback()).isEmpty();
    }

    @Test
    void beyondLoopbackThoseWhoMaySendAreNamed() throws Exception {
        assertThatThrownBy(() -> of("bind", "0.0.0.0")).hasMessageContaining("allow");
        Settings settings = of("bind", "0.0.0.0", "allow", "10.0.0.7, 10.0.0.8");
        assertThat(settings.allows(InetAddress.getByName("10.0.0.8"))).isTrue();
        assertThat(settings.allows(InetAddress.getByName("10.0.0.9"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bind | desk.example",
                "port | 0",
                "allow | 10.0.0",
                "prefix | compositor",
                "prefix | /a/",
                "prefix | /*",
                "source | a b",
                "wait | 61",
                "feedback | 10.0.0.7",
                "feedback | desk:9001",
                "feedback | 10.0.0.7:0",
                "feedback | fd00::7:9001",
                "feedback | 0.0.0.0:9001",
                "feedbackRate | 0",
                "echo | yes"
            })
    void wrongValuesAreRefusedByName(String key, String value) {
        assertThatThrownBy(() -> of(key, value)).hasMessageContaining(key);
    }

    @Test
    void aPrefixMayBeNone() {
        assertThat(of("prefix", "/").prefix()).isEmpty();
        assertThat(of("feedback", "[fd00::7]:9001").feedback()).hasSize(1);
    }
}
