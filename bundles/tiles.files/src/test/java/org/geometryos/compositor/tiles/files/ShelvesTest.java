package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShelvesTest {
    private final Room room = new Room(() -> 1_000_000);
    private final FakeTiles tiles = new FakeTiles();
    private final List<TileSource> begun = new ArrayList<>();
    private final Shelves shelves = new Shelves((tileset, source) -> {
        begun.add(source);
        return new SourceWatch(
                tileset,
                source,
                new Shelf(source, () -> new Settings(1_000, 1_000_000), room, () -> 1_000),
                () -> tiles);
    });

    @AfterEach
    void end() {
        shelves.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("compositor-pictures-shelves-"));
    }

    private record Source(Tileset tileset, CountDownLatch looked) implements TileSource {
        Source(String id) {
            this(Pictures.tileset("shelves-" + id, 3), new CountDownLatch(1));
        }

        @Override
        public TileTree pictures() throws IOException {
            looked.countDown();
            throw new IOException("the disk\nis away");
        }

        @Override
        public InputStream open(int z, int x, int y, long stamp) throws IOException {
            throw new IOException("none");
        }
    }

    @Test
    void ofSeveralSourcesOfATilesetTheHighestRankedIsLookedAt() throws Exception {
        Source low = new Source("a");
        Source high = new Source("a");
        shelves.add(1, 0, low);
        shelves.add(2, 5, high);
        assertThat(begun).containsExactly(low, high);
        assertThat(high.looked.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(shelves.problems()).anyMatch(text -> text.contains("several sources"));
        shelves.remove(2);
        assertThat(begun).containsExactly(low, high, low);
        assertThat(shelves.of("shelves-a")).isPresent();
        shelves.remove(1);
        assertThat(shelves.of("shelves-a")).isEmpty();
        assertThat(shelves.problems()).isEmpty();
    }

    @Test
    void thereIsAnEndToTheirNumber() {
        for (int i = 0; i <= Shelves.MOST; i++) {
            shelves.add(i, 0, new Source("n" + i));
        }
        assertThat(begun).hasSize(Shelves.MOST);
        assertThat(shelves.problems()).anyMatch(text -> text.contains("there are 64 already"));
    }
}
