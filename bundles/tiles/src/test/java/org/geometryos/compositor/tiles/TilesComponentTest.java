package org.geometryos.compositor.tiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.io.files.WholeFile;
import org.geometryos.compositor.io.state.SnapshotFile;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilesComponentTest {
    private static final Driver BUNDLE = new Driver("bundle", Optional.empty(), 0);
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(20);
    private static final Tileset WORLD = new Tileset(
            "world", -1, 2.5, 256, 512, 1, 20, Optional.of(List.of(0.0, 0.0, 9.0, 9.0)), "/t/{z}/{x}/{y}/{v}", 3, 0.5);

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("tiles.json");
    }

    private SnapshotFile<Tiles> store() {
        return TileStore.of(new WholeFile(file()));
    }

    private TilesComponent component() {
        return new TilesComponent(null, null, new WholeFile(file()), Map.of());
    }

    private static void put(TilesComponent component, TileTree tiles) {
        assertThat(component.change(
                        BUNDLE,
                        List.of(new TileOp.Declare(WORLD), new TileOp.Put("world", tiles)),
                        List.of(),
                        Optional.empty()))
                .isInstanceOf(SceneOutcome.Accepted.class);
    }

    @Test
    void whatChangedIsStoredSoonAndWhatIsStoredIsThereForTheNext() {
        TilesComponent component = component();
        component.setJournal(new FakeJournal("epoch"));
        put(component, TileTree.tile(3, 1, 2, 3));
        long end = System.nanoTime() + LIMIT;
        while (!Files.exists(file())) {
            assertThat(System.nanoTime() - end)
                    .as("waited in vain for %s", file())
                    .isNegative();
            Thread.onSpinWait();
        }
        put(component, TileTree.tile(3, 1, 3, 4));
        component.deactivate();
        assertThat(store().stored()).as("also the last change").isEqualTo(component.tiles());
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("compositor-tiles-store"));

        TilesComponent next = component();
        next.setJournal(new FakeJournal("next"));
        assertThat(next.tiles().layers()).isEqualTo(component.tiles().layers());
        next.deactivate();
    }

    @Test
    void aMillionScatteredTilesAreStoredAndReadAgain() {
        TileTree tree = TileTree.EMPTY;
        for (int i = 0; i < 1_000_000; i++) {
            tree = tree.plus(TileTree.tile(10, i % 1000, i / 1000, i * 31L % 1_000_003));
        }
        Tiles tiles = new Tiles(7, List.of(new TileLayer(WORLD, tree)));
        store().save(tiles);
        assertThat(store().stored()).isEqualTo(tiles);
    }

    @Test
    void aDamagedFileIsSetAside() throws Exception {
        Files.writeString(
                file(),
                "{\"version\":1,\"type\":\"snapshot\",\"epoch\":\"\",\"seq\":0,\"all\":true,"
                        + "\"cameras\":[],\"control\":[]}");
        SnapshotFile<Tiles> store = store();
        assertThat(store.stored()).isEqualTo(Tiles.NONE);
        assertThat(store.problems()).singleElement().asString().contains("it holds no snapshot of tiles");
        assertThat(file()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"0,5,0,maxTilesets", "65,5,0,maxTilesets", "1,0,0,maxTiles", "1,1,65535,maxBytes"})
    void settingsNameKeyValueAndRule(int tilesets, int tiles, long bytes, String key) {
        TilesConfig config = new TilesConfig() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return TilesConfig.class;
            }

            @Override
            public int maxTilesets() {
                return tilesets;
            }

            @Override
            public int maxTiles() {
                return tiles;
            }

            @Override
            public long maxBytes() {
                return bytes;
            }
        };
        assertThatThrownBy(() -> Settings.of(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("lie in [");
    }
}
