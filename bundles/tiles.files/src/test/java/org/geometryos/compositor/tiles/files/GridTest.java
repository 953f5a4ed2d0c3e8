package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.geometryos.compositor.api.tiles.TileTree;
import org.junit.jupiter.api.Test;

class GridTest {

    @Test
    void eachLevelHasHalfAsManyPixelsUntilOneTileHoldsThem() {
        Grid grid = new Grid(1000, 300, 256);
        assertThat(grid.least()).isEqualTo(18);
        assertThat(grid.width(20)).isEqualTo(1000);
        assertThat(grid.width(18)).isEqualTo(250);
        assertThat(grid.height(18)).isEqualTo(75);
        assertThat(grid.columns(20)).isEqualTo(4);
        assertThat(grid.rows(20)).isEqualTo(2);
        assertThat(grid.widthOf(20, 3)).isEqualTo(1000 - 3 * 256);
        assertThat(grid.heightOf(20, 0)).isEqualTo(256);
        assertThat(grid.tiles()).isEqualTo(8 + 2 + 1);
    }

    @Test
    void itsTreeHasItsTilesAndNoOthers() {
        for (int[] size : new int[][] {{1, 1}, {256, 256}, {257, 1}, {1000, 300}, {5000, 7777}, {1 << 20, 1 << 20}}) {
            Grid grid = new Grid(size[0], size[1], 256);
            TileTree tree = grid.tree(7);
            assertThat(tree.size()).isEqualTo(grid.tiles());
            assertThat(tree.minZoom()).isEqualTo(grid.least());
            for (int z = grid.least(); z <= Grid.ZOOM; z++) {
                int x = grid.columns(z);
                int y = grid.rows(z);
                assertThat(tree.version(z, x - 1, y - 1)).hasValue(7);
                assertThat(tree.version(z, x, y - 1)).isEmpty();
                assertThat(tree.version(z, x - 1, y)).isEmpty();
                assertThat(grid.has(z, x - 1, y - 1)).isTrue();
                assertThat(grid.has(z, x, 0) || grid.has(z, 0, y)).isFalse();
            }
        }
    }
}
