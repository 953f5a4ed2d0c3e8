package org.geometryos.compositor.api.tiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.junit.jupiter.api.Test;

class TilesTest {
    private static final String ADDRESS = "/tiles/world/{v}/{z}/{x}/{y}";
    private static final Tileset WORLD = new Tileset("world", 256, 512, 4, ADDRESS);

    private static Tiles after(Tiles tiles, TileOp... ops) throws NoSuchTilesetException {
        return tiles.after(List.of(ops));
    }

    private static TileOp put(String tileset, int z, int x, int y, long v) {
        return new TileOp.Put(tileset, TileTree.tile(z, x, y, v));
    }

    @Test
    void operationsHappenInOrder() throws NoSuchTilesetException {
        Tiles tiles = after(
                Tiles.NONE,
                new TileOp.Declare(WORLD),
                put("world", 1, 0, 0, 3),
                put("world", 1, 0, 0, 4),
                put("world", 2, 3, 3, 1),
                new TileOp.Remove("world", TileTree.tile(2, 3, 3, 0)),
                new TileOp.Remove("world", TileTree.tile(4, 3, 3, 0)));
        assertThat(tiles.revision()).isEqualTo(1);
        assertThat(tiles.layer("world").orElseThrow().tiles()).isEqualTo(TileTree.tile(1, 0, 0, 4));
        Tileset sheer = new Tileset("world", 1, 2, 128, 256, 1, 3, Optional.empty(), ADDRESS, -2, 0.5);
        Tiles next = after(tiles, new TileOp.Declare(sheer), new TileOp.Declare(new Tileset("a", 1, 1, 0, ADDRESS)));
        assertThat(next.layers())
                .extracting(layer -> layer.tileset().id())
                .as("sorted")
                .containsExactly("a", "world");
        assertThat(next.layer("world").orElseThrow())
                .as("keeps its tiles")
                .isEqualTo(new TileLayer(sheer, TileTree.tile(1, 0, 0, 4)));
        assertThat(next.size()).isEqualTo(1);
        assertThat(after(next, new TileOp.Drop("world")).layer("world")).isEmpty();
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> after(Tiles.NONE, new TileOp.Declare(WORLD), put("map", 0, 0, 0, 1)))
                .isInstanceOf(NoSuchTilesetException.class)
                .hasMessage("ops[1].tileset: there is no tileset \"map\"");
    }

    @Test
    void tilesAreOfLevelsThatTheTilesetHas() throws NoSuchTilesetException {
        Tiles tiles = after(Tiles.NONE, new TileOp.Declare(WORLD), put("world", 4, 0, 0, 1));
        assertThatThrownBy(() -> after(tiles, put("world", 5, 0, 0, 1)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("ops[0].tiles must be of levels 0 to 4 of tileset world, not \"levels 4 to 5\"");
        assertThatThrownBy(() -> after(tiles, new TileOp.Declare(new Tileset("world", 1, 1, 3, ADDRESS))))
                .hasMessageContaining("must be of levels 0 to 3");
    }

    @Test
    void aTilesetIsValid() {
        assertThat(WORLD.size(4)).isEqualTo(256);
        assertThat(WORLD.size(1)).isEqualTo(2048);
        assertThatThrownBy(() -> new Tileset("..", 1, 1, 0, ADDRESS)).hasMessageContaining("id must be 1-64");
        assertThatThrownBy(() -> new Tileset("a/b", 1, 1, 0, ADDRESS)).hasMessageContaining("id must be 1-64");
        assertThatThrownBy(() -> new Tileset("a", 0, 1, 0, ADDRESS)).hasMessage("size must be above 0, not 0.0");
        assertThatThrownBy(() -> new Tileset("a", 1, 1, 31, ADDRESS)).hasMessageContaining("maxZoom must lie in");
        for (String address :
                List.of("/tiles/{z}/{x}/{y}", "//host/{z}{x}{y}{v}", "http://host/{z}{x}{y}{v}", "/{z}{x}{y}{v} ")) {
            assertThatThrownBy(() -> new Tileset("a", 1, 1, 0, address)).hasMessageContaining("address must hold");
        }
        assertThatThrownBy(() ->
                        new Tileset("a", 0, 0, 1, 1, 0, 0, Optional.of(List.of(0.0, 0.0, 0.0, 1.0)), ADDRESS, 0, 1))
                .hasMessageContaining("bounds[2] must be above bounds[0]");
        assertThatThrownBy(() -> new Tileset("a", 0, 0, 1, 1, 0, 0, Optional.empty(), ADDRESS, 0, 1.5))
                .hasMessage("opacity must lie in [0, 1], not 1.5");
    }
}
