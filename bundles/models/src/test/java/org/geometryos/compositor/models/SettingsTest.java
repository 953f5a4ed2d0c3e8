package org.geometryos.compositor.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static final Path DATA = Path.of("/data").toAbsolutePath();

    private static Settings settings(Map<String, Object> values) {
        return Settings.of(
                (ModelsConfig) Proxy.newProxyInstance(
                        ModelsConfig.class.getClassLoader(),
                        new Class<?>[] {ModelsConfig.class},
                        (proxy, method, arguments) -> values.getOrDefault(method.getName(), method.getDefaultValue())),
                DATA);
    }

    @Test
    void theDefaultsAreAFolderInTheDataFolderAndNoCameras() {
        assertThat(settings(Map.of())).isEqualTo(new Settings(DATA.resolve("models"), false, 64 << 20, 1000, 2L << 30));
    }

    @Test
    void aFolderIsRelativeToTheDataFolderOrAbsolute() {
        assertThat(settings(Map.of("folder", " ours/models ")).folder()).isEqualTo(DATA.resolve("ours/models"));
        assertThat(settings(Map.of("folder", DATA.resolveSibling("other").toString()))
                        .folder())
                .isEqualTo(DATA.resolveSibling("other"));
    }

    @ParameterizedTest
    @CsvSource({"maxModelBytes,1023", "maxModelBytes,1073741825", "maxTotalBytes,0", "maxTotalBytes,1099511627777"})
    void aValueOutOfRangeIsRefusedByNameAndRule(String key, long value) {
        assertThatThrownBy(() -> settings(Map.of(key, value)))
                .hasMessageStartingWith(key + " must lie in [1024, ")
                .hasMessageEndingWith("], not " + value);
    }

    @Test
    void aNumberOfFilesOutOfRangeIsRefused() {
        assertThatThrownBy(() -> settings(Map.of("maxFiles", 0))).hasMessage("maxFiles must lie in [1, 10000], not 0");
    }
}
