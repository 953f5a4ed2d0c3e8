package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.junit.jupiter.api.Test;

class PlaceSettingsTest {
    private static final Path DATA = Path.of("/data");

    private static Map<String, Object> with(String... keysAndValues) {
        Map<String, Object> properties = new HashMap<>(Map.of("service.pid", FolderConfig.PID + "~world"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    @Test
    void aFolderIsATilesetOfItsName() {
        PlaceSettings settings = PlaceSettings.ofFolder(with("folder", "map", "maxZoom", "5", "origin", "3,-4"), DATA);
        assertThat(settings.folder()).isEqualTo(DATA.resolve("map"));
        assertThat(settings.tileset().id()).isEqualTo("world");
        assertThat(settings.tileset().address()).isEqualTo("/tiles/world/{v}/{z}/{x}/{y}");
        assertThat(settings.tileset().size()).isEqualTo(256);
        assertThat(settings.tileset().y()).isEqualTo(-4);
        assertThat(settings)
                .isEqualTo(PlaceSettings.ofFolder(with("folder", "map", "maxZoom", "5", "origin", "3, -4"), DATA));
    }

    @Test
    void picturesOfAManifestLieBesideIt() {
        Map<String, Object> properties = with("manifest", "/srv/os/manifest.json", "size", "10");
        properties.put("service.pid", ManifestConfig.PID);
        PlaceSettings settings = PlaceSettings.ofManifest(properties, DATA);
        assertThat(settings.folder()).isEqualTo(Path.of("/srv/os"));
        assertThat(settings.tileset().id()).isEqualTo("manifest");
        assertThat(settings.tileset().x()).isEqualTo(-10.0 * Manifest.MIDDLE);
    }

    @Test
    void anArchiveIsAFileWithLevels() {
        Map<String, Object> properties = with("archive", "maps/earth.pmtiles", "maxZoom", "7");
        properties.put("service.pid", PmtilesConfig.PID + "~earth");
        PlaceSettings settings = PlaceSettings.ofPmtiles(properties, DATA);
        assertThat(settings.file()).isEqualTo(DATA.resolve("maps/earth.pmtiles"));
        assertThat(settings.tileset().id()).isEqualTo("earth");
        assertThat(settings.tileset().maxZoom()).isEqualTo(7);
        assertThat(settings.source()).isInstanceOf(PmtilesArchive.class);
        assertThatThrownBy(() -> PlaceSettings.ofPmtiles(with(), DATA)).hasMessageContaining("archive");
    }

    @Test
    void wrongValuesAreNamedWithTheirRule() {
        assertThatThrownBy(() -> PlaceSettings.ofFolder(with(), DATA))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("folder");
        assertThatThrownBy(() -> PlaceSettings.ofFolder(with("folder", "a", "minZoom", "6", "maxZoom", "5"), DATA))
                .hasMessageContaining("maxZoom");
        assertThatThrownBy(() -> PlaceSettings.ofFolder(with("folder", "a", "size", "0"), DATA))
                .hasMessageContaining("size");
        assertThatThrownBy(() -> PlaceSettings.ofFolder(with("folder", "a", "tileset", "a/b"), DATA))
                .hasMessageContaining("tileset");
        assertThatThrownBy(() -> PlaceSettings.ofFolder(with("folder", "a", "opacity", "2"), DATA))
                .hasMessageContaining("opacity");
    }
}
