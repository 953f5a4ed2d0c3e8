package org.geometryos.compositor.recorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Path DATA = Path.of("/data");

    private static Settings settings(Map<String, Object> given) {
        return Settings.of(
                (RecorderConfig) Proxy.newProxyInstance(
                        RecorderConfig.class.getClassLoader(),
                        new Class<?>[] {RecorderConfig.class},
                        (proxy, method, arguments) -> given.getOrDefault(method.getName(), method.getDefaultValue())),
                DATA);
    }

    @Test
    void nothingIsRecordedUnlessSomebodyAsksForIt() {
        assertThat(settings(Map.of()))
                .isEqualTo(
                        new Settings(false, Path.of("/data/recorder/recordings.db"), 86_400, 1L << 30, 200, Set.of()));
    }

    @Test
    void fileIsRelativeToTheDataFolder() {
        assertThat(settings(Map.of("file", "show.db")).file()).isEqualTo(Path.of("/data/show.db"));
        assertThat(settings(Map.of("file", "/var/show.db")).file()).isEqualTo(Path.of("/var/show.db"));
    }

    @Test
    void camerasAreNamesOrAll() {
        assertThat(settings(Map.of("cameras", new String[] {"a, b/c"})).cameras())
                .containsExactlyInAnyOrder("a", "b/c");
        assertThat(settings(Map.of("cameras", new String[0])).cameras()).isEmpty();
        assertThatThrownBy(() -> settings(Map.of("cameras", new String[] {"*", "a"})))
                .hasMessageContaining("cameras")
                .hasMessageContaining("*");
    }

    @Test
    void aValueOutOfItsRangeIsNamedWithTheRule() {
        assertThatThrownBy(() -> settings(Map.of("commitMillis", 1_000)))
                .hasMessage("commitMillis must lie in [10, 800], not 1000");
        assertThatThrownBy(() -> settings(Map.of("maxBytes", 1L)))
                .hasMessage("maxBytes must lie in [4194304, 4398046511104], not 1");
        assertThatThrownBy(() -> settings(Map.of("maxAge", 5L)))
                .hasMessage("maxAge must lie in [60, 3153600000], not 5");
        assertThat(settings(Map.of("maxAge", 0L)).maxAge()).isZero();
        assertThatThrownBy(() -> settings(Map.of("file", "$[env:FILE]"))).hasMessageContaining("file must not contain");
    }
}
