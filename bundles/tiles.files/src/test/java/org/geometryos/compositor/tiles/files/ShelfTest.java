package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.junit.jupiter.api.Test;

class ShelfTest {
    private static final byte[] PNG = Pictures.png(9, 9, 1);
    private static final byte[] WRONG = {1, 2, 3};

    private final FakeTiles tiles = new FakeTiles();
    private final Memory source = new Memory();
    private final Room room = new Room(() -> 1_000_000);
    private Settings settings = new Settings(10_000, 1_000_000);
    private long now = 10_000;
    private Shelf shelf = shelf();

    private Shelf shelf() {
        return new Shelf(source, () -> settings, room, () -> now);
    }

    /** Pictures by the names of their tiles. */
    private static final class Memory implements TileSource {
        private final Map<String, byte[]> bytes = new HashMap<>();
        private TileTree pictures = TileTree.EMPTY;
        private boolean away;
        private boolean onRequest;

        void put(int z, int x, int y, long stamp, byte[] picture) {
            pictures = pictures.plus(TileTree.tile(z, x, y, stamp));
            bytes.put(z + "/" + x + "/" + y, picture);
        }

        void remove(int z, int x, int y) {
            pictures = pictures.minus(TileTree.tile(z, x, y, 0));
        }

        @Override
        public Tileset tileset() {
            return Pictures.tileset("world", 12);
        }

        @Override
        public TileTree pictures() throws IOException {
            if (away) {
                throw new IOException("it is away");
            }
            return pictures;
        }

        @Override
        public boolean onRequest() {
            return onRequest;
        }

        @Override
        public InputStream open(int z, int x, int y, long stamp) throws IOException {
            if (away || pictures.version(z, x, y).orElse(-1) != stamp) {
                throw new IOException("it has changed");
            }
            return new ByteArrayInputStream(bytes.get(z + "/" + x + "/" + y));
        }
    }

    /** So many looks that everything that stands still is taken. */
    private void look() throws IOException {
        for (int i = 0; i < 2; i++) {
            assertThat(shelf.look(tiles)).isEmpty();
        }
        now += 1_000;
    }

    private TileTree put() {
        return tiles.of("world");
    }

    private long version(int z, int x, int y) {
        return put().version(z, x, y).orElseThrow();
    }

    private byte[] picture(int z, int x, int y, long version) throws Exception {
        Picture picture = shelf.picture(z, x, y, version);
        room.giveBack(picture.bytes().length);
        return picture.bytes();
    }

    @Test
    void picturesBecomeTilesAndAreServedUnderTheirVersion() throws Exception {
        source.put(0, 0, 0, 1_000, PNG);
        source.put(3, 7, 7, 2_000, PNG);
        assertThat(shelf.look(tiles)).isEmpty();
        assertThat(tiles.changes).as("what may still be written").isEmpty();
        assertThatThrownBy(() -> picture(0, 0, 0, 1)).isInstanceOf(Shelf.UnreadableException.class);
        look();
        assertThat(put().size()).isEqualTo(2);
        assertThat(version(0, 0, 0)).isEqualTo(version(3, 7, 7)).isEqualTo(10_000);
        assertThat(picture(3, 7, 7, 10_000)).isEqualTo(PNG);
        assertThat(shelf.has(3, 7, 7, 10_000)).isTrue();
        assertThat(shelf.has(3, 7, 7, 9_999)).isFalse();
        assertThatThrownBy(() -> picture(3, 7, 7, 9_999))
                .isInstanceOf(Shelf.NoPictureException.class)
                .hasMessage("the tile has version 10000");
        assertThatThrownBy(() -> picture(3, 0, 0, 1)).hasMessage("there is no such tile");
        look();
        assertThat(tiles.changes).as("nothing has changed").hasSize(2);
        assertThat(room.used()).isZero();
    }

    @Test
    void aChangeAnArrivalAndADepartureAreOneTransaction() throws Exception {
        source.put(0, 0, 0, 1_000, PNG);
        source.put(1, 0, 0, 1_000, PNG);
        look();
        source.put(0, 0, 0, 5_000, Pictures.png(9, 9, 2));
        source.put(1, 1, 0, 5_000, PNG);
        source.remove(1, 0, 0);
        look();
        assertThat(tiles.changes).hasSize(3);
        assertThat(version(0, 0, 0)).isEqualTo(version(1, 1, 0)).isGreaterThan(10_000);
        assertThat(put().size()).isEqualTo(2);
        assertThatThrownBy(() -> picture(0, 0, 0, 10_000)).isInstanceOf(Shelf.NoPictureException.class);
        assertThatThrownBy(() -> picture(1, 0, 0, 10_000)).isInstanceOf(Shelf.NoPictureException.class);
    }

    @Test
    void whatIsMadeOnRequestIsNotReadBeforeAndItsStampIsTheVersion() throws Exception {
        source.onRequest = true;
        source.pictures = TileTree.pyramid(0, 0, 0, 10, 7);
        source.bytes.put("10/1000/3", PNG);
        source.bytes.put("10/1000/4", WRONG);
        look();
        assertThat(put()).isEqualTo(source.pictures);
        assertThat(picture(10, 1000, 3, 7)).isEqualTo(PNG);
        assertThatThrownBy(() -> picture(10, 1000, 4, 7)).isInstanceOf(Shelf.NoPictureException.class);
        look();
        assertThat(tiles.changes).as("the tileset, and its tiles").hasSize(2);
        source.pictures = TileTree.pyramid(0, 0, 0, 9, 8);
        look();
        look();
        assertThat(put()).isEqualTo(source.pictures);
        assertThatThrownBy(() -> picture(10, 1000, 3, 7)).isInstanceOf(Shelf.NoPictureException.class);
        assertThat(room.used()).isZero();
    }

    @Test
    void whatIsWrittenInOneGoIsTakenWhenItIsOver() throws Exception {
        look();
        for (int i = 0; i < 3; i++) {
            source.put(4, i, 0, 1_000, PNG);
            shelf.look(tiles);
        }
        assertThat(put()).isEqualTo(TileTree.EMPTY);
        shelf.look(tiles);
        assertThat(put().size()).isEqualTo(3);
        // and what never ends is taken all the same
        for (int i = 3; i < 20; i++) {
            source.put(5, i, 0, 1_000, PNG);
            shelf.look(tiles);
        }
        assertThat(put().size()).isGreaterThan(15);
    }

    @Test
    void aRefusedPictureLeavesTheTileAsItWasAndIsTriedAgainWhenItChanges() throws Exception {
        source.put(1, 0, 0, 1_000, PNG);
        look();
        source.put(1, 0, 0, 2_000, WRONG);
        source.put(1, 1, 0, 2_000, WRONG);
        look();
        look();
        assertThat(put()).isEqualTo(TileTree.tile(1, 0, 0, 10_000));
        assertThat(shelf.refused())
                .containsOnlyKeys("1/0/0", "1/1/0")
                .containsValue("it is no PNG, JPEG or WebP picture");
        assertThat(shelf.refusals()).isEqualTo(2);
        assertThatThrownBy(() -> picture(1, 0, 0, 10_000))
                .isInstanceOf(Shelf.NoPictureException.class)
                .hasMessageContaining("refused");
        source.put(1, 0, 0, 3_000, PNG);
        source.remove(1, 1, 0);
        look();
        assertThat(shelf.refused()).isEmpty();
        assertThat(shelf.refusals()).isZero();
        assertThat(picture(1, 0, 0, version(1, 0, 0))).isEqualTo(PNG);
    }

    @Test
    void anotherLimitLooksAtRefusedPicturesAgain() throws Exception {
        settings = new Settings(10, 1_000_000);
        source.put(0, 0, 0, 1_000, PNG);
        look();
        assertThat(shelf.refused()).containsEntry("0/0/0", "it has more than 10 bytes");
        settings = new Settings(10_000, 1_000_000);
        shelf.lookAgain();
        look();
        assertThat(put().size()).isEqualTo(1);
        assertThat(shelf.refused()).isEmpty();
    }

    @Test
    void afterARestartWhatWasServedStaysAndTheRestIsMadeGood() throws Exception {
        source.put(2, 0, 0, 1_000, PNG);
        source.put(2, 1, 0, 1_000, PNG);
        source.put(2, 2, 0, 1_000, PNG);
        look();
        TileTree before = put();
        source.put(2, 1, 0, 10_500, PNG);
        source.remove(2, 2, 0);
        shelf = shelf();
        look();
        assertThat(put().size()).isEqualTo(2);
        assertThat(version(2, 0, 0)).isEqualTo(before.version(2, 0, 0).orElseThrow());
        assertThat(version(2, 1, 0)).isGreaterThan(10_000);
        assertThat(picture(2, 0, 0, 10_000)).isEqualTo(PNG);
    }

    @Test
    void whatSomebodyElseDoesToTheTilesIsMadeGood() throws Exception {
        source.put(2, 0, 0, 1_000, PNG);
        source.put(2, 1, 0, 1_000, PNG);
        look();
        tiles.does(
                new TileOp.Put("world", TileTree.tile(5, 5, 5, 1).plus(TileTree.tile(2, 1, 0, 3))),
                new TileOp.Remove("world", TileTree.tile(2, 0, 0, 0)));
        look();
        assertThat(put().size()).isEqualTo(2);
        assertThat(picture(2, 0, 0, version(2, 0, 0))).isEqualTo(PNG);
        assertThat(picture(2, 1, 0, version(2, 1, 0))).isEqualTo(PNG);
        tiles.does(new TileOp.Drop("world"));
        look();
        assertThat(put().size()).isEqualTo(2);
    }

    @Test
    void whileASourceIsAwayOrTilesAreRefusedWhatIsKnownStays() throws Exception {
        source.put(2, 0, 0, 1_000, PNG);
        look();
        source.away = true;
        assertThatThrownBy(() -> shelf.look(tiles)).hasMessage("it is away");
        assertThat(put().size()).isEqualTo(1);
        assertThatThrownBy(() -> picture(2, 0, 0, 10_000)).isInstanceOf(Shelf.UnreadableException.class);
        source.away = false;
        source.put(2, 1, 0, 1_000, PNG);
        tiles.refusal = "there may be 1";
        shelf.look(tiles);
        assertThat(shelf.look(tiles)).isEqualTo(Optional.of("there may be 1"));
        assertThat(picture(2, 0, 0, 10_000)).isEqualTo(PNG);
        tiles.refusal = "";
        look();
        assertThat(put().size()).isEqualTo(2);
    }

    @Test
    void manyPicturesComeInSeveralTransactionsAndOneThatCannotBeReadKeepsNoneWaiting() throws Exception {
        int side = 80;
        for (int i = 0; i < side * side; i++) {
            source.put(7, i % side, i / side, 1_000, PNG);
        }
        source.bytes.put("7/0/0", null);
        look();
        assertThat(tiles.changes).hasSizeBetween(4, 6);
        assertThat(put().size()).isEqualTo(side * side - 1);
        assertThat(shelf.refused()).containsOnlyKeys("7/0/0");
        source.bytes.put("7/0/0", PNG);
        look();
        assertThat(put().size()).isEqualTo(side * side);
        assertThat(shelf.refused()).isEmpty();
    }

    @Test
    void whatIsPlacedWronglyIsNotTaken() throws Exception {
        source.put(13, 0, 0, 1_000, PNG);
        assertThat(shelf.look(tiles).orElseThrow())
                .isEqualTo("its pictures are of levels 13 to 13; they must be of levels 0 to 12");
    }

    @Test
    void afterItsEndItSaysNothing() throws Exception {
        source.put(0, 0, 0, 1_000, PNG);
        shelf.look(tiles);
        shelf.close();
        shelf.look(tiles);
        assertThat(tiles.changes).isEqualTo(List.of());
    }
}
