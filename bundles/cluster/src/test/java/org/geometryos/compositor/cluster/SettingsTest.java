package org.geometryos.compositor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static ClusterConfig config(String host, long cameraBytes) {
        return config(host, "", cameraBytes);
    }

    private static ClusterConfig config(String host, String url, long cameraBytes) {
        return new ClusterConfig() {
            @Override
            public String host() {
                return host;
            }

            @Override
            public String url() {
                return url;
            }

            @Override
            public long cameraBytes() {
                return cameraBytes;
            }

            @Override
            public long orderedBytes() {
                return 1 << 20;
            }

            @Override
            public int isolatedSeconds() {
                return 7;
            }

            @Override
            public Class<? extends Annotation> annotationType() {
                return ClusterConfig.class;
            }
        };
    }

    @Test
    void aHostHasAName() {
        Settings settings = Settings.of(config("host-1.a_B", 1 << 20));
        assertThat(settings.host()).isEqualTo("host-1.a_B");
        assertThat(settings.rings().camera()).isEqualTo(1 << 20);
        assertThat(settings.isolated()).isEqualTo(TimeUnit.SECONDS.toNanos(7));
        assertThat(Settings.of(config("", 0)).host()).isEmpty();
    }

    @Test
    void anAddressIsThatOfAWebSocket() {
        assertThat(Settings.of(config("a", 0)).url()).isEmpty();
        assertThat(Settings.of(config("a", "wss://a.example/compositor", 0)).url())
                .contains("wss://a.example/compositor");
        for (String bad : new String[] {"http://a", "ws://", "ws://me@a/", "ws://a b", "ws://a/#x"}) {
            assertThatThrownBy(() -> Settings.of(config("a", bad, 0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("url")
                    .hasMessageContaining(bad);
        }
    }

    @Test
    void whatBreaksARuleIsNamed() {
        assertThatThrownBy(() -> Settings.of(config("two words", 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host")
                .hasMessageContaining("two words");
        assertThatThrownBy(() -> Settings.of(config("x".repeat(65), 0))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Settings.of(config("a", 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cameraBytes");
    }
}
