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
        assertThat(settings.place()).isInstanceOf(PmtilesArchive.class);
        assertThatThrownBy(() -> PlaceSettings.ofPmtiles(with(), DATA)).hasMessageContaining("archive");
    }

    @Test
    void aDeepZoomPictureHasItsTilesBesideItsDescription() {
        PlaceSettings settings = PlaceSettings.ofDzi(with("description", "/srv/a.b.dzi", "pixels", "254"), DATA);
        assertThat(settings.folder()).isEqualTo(Path.of("/srv/a.b_files"));
        assertThat(settings.tileset().maxZoom()).isEqualTo(Grid.ZOOM);
        assertThat(settings.tileset().size()).isEqualTo(254);
        assertThat(settings.place()).isInstanceOf(DziPicture.class);
        assertThatThrownBy(() -> PlaceSettings.ofDzi(with("description", "a.dzi", "pixels", "4096"), DATA))
                .hasMessageContaining("pixels");
    }

    @Test
    void aLargePictureIsCutInTheDataFolder() {
        Map<String, Object> properties = with("image", "maps/a.png", "pixels", "512", "workBytes", "20000000");
        properties.put("service.pid", ImageConfig.PID + "~a");
        PlaceSettings settings = PlaceSettings.ofImage(properties, DATA);
        assertThat(settings.file()).isEqualTo(DATA.resolve("maps/a.png"));
        assertThat(settings.folder()).isEqualTo(DATA.resolve("tiles.files/a"));
        assertThat(settings.workBytes()).isEqualTo(20_000_000);
        assertThatThrownBy(() -> PlaceSettings.ofImage(with("image", "a.png", "pixels", "255"), DATA))
                .hasMessageContaining("pixels")
                .hasMessageContaining("must be even");
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
