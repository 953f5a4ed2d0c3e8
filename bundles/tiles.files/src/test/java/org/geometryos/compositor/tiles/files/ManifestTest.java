package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Random;
import org.geometryos.compositor.api.tiles.TileTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    private static final int KILLS = 500;

    @TempDir
    private Path folder;

    private Path file;
    private Manifest manifest;
    /** Each write gets a time of its own, so that the test does not depend on the clock. */
    private long time = 1_700_000_000_000L;

    @BeforeEach
    void begin() {
        file = folder.resolve("manifest.json");
        PlaceSettings settings = PlaceSettings.ofManifest(
                java.util.Map.of("manifest", "manifest.json", "service.pid", ManifestConfig.PID + "~world"), folder);
        manifest = (Manifest) settings.place();
    }

    private void write(byte[] content) throws IOException {
        Files.write(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(++time));
    }

    private void write(String content) throws IOException {
        write(content.getBytes(StandardCharsets.UTF_8));
    }

    private static TileTree cell(int x, int y, long stamp) {
        return TileTree.tile(Manifest.ZOOM, x + Manifest.MIDDLE, y + Manifest.MIDDLE, stamp);
    }

    private byte[] open(int x, int y, long stamp) throws IOException {
        try (InputStream in = manifest.open(Manifest.ZOOM, x + Manifest.MIDDLE, y + Manifest.MIDDLE, stamp)) {
            return in.readAllBytes();
        }
    }

    @Test
    void cellsAreTilesOfOneLevel() throws Exception {
        byte[] png = Pictures.png(9, 9, 1);
        Pictures.put(folder.resolve("a.png"), png, 5_000);
        Pictures.put(folder.resolve("bricks/b.png"), png, 1_000);
        write("{\"0,0\":{\"brick\":\"a.png\",\"timestamp\":3},"
                + "\"-3,2\":{\"more\":[1,{}],\"brick\":\"bricks/b.png\",\"timestamp\":1700000000.25}}");
        assertThat(manifest.pictures()).isEqualTo(cell(0, 0, 5_000).plus(cell(-3, 2, 1_700_000_000_250L)));
        assertThat(manifest.refused()).isEmpty();
        assertThat(open(-3, 2, 1_700_000_000_250L)).isEqualTo(png);
        assertThat(manifest.tileset().size(Manifest.ZOOM)).isEqualTo(256);
        assertThat(manifest.tileset().x() + Manifest.MIDDLE * 256.0).isZero();
    }

    @Test
    void aCellWhosePictureIsMissingOrElsewhereStaysInTheListAndSaysWhy() throws Exception {
        Files.createSymbolicLink(folder.resolve("link.png"), Path.of("/etc/passwd"));
        write("{\"0,0\":{\"brick\":\"gone.png\",\"timestamp\":2},\"1,0\":{\"brick\":\"../../etc/passwd\"},"
                + "\"2,0\":{\"brick\":\"link.png\"},\"3,0\":7,\"far\":{\"brick\":\"a.png\"},"
                + "\"9999999,0\":{\"brick\":\"a.png\"}}");
        TileTree pictures = manifest.pictures();
        assertThat(pictures.size()).isEqualTo(4);
        assertThat(manifest.refused()).containsOnlyKeys("far", "9999999,0");
        assertThatThrownBy(() -> open(0, 0, 2_000)).hasMessage("there is no file gone.png");
        assertThatThrownBy(() -> open(1, 0, 0)).hasMessageContaining("brick must be the name of a file in the folder");
        assertThatThrownBy(() -> open(
                        2,
                        0,
                        Files.getLastModifiedTime(folder.resolve("link.png"), java.nio.file.LinkOption.NOFOLLOW_LINKS)
                                .toMillis()))
                .hasMessage("it is no file any more");
        assertThatThrownBy(() -> open(3, 0, 0)).hasMessageContaining("a cell must be an object");
        assertThatThrownBy(() -> open(4, 0, 0)).hasMessage("there is no such picture");
    }

    @Test
    void ofABrokenOneNothingIsSaid() throws Exception {
        for (String broken : new String[] {"", "{", "[]", "{}{}", "{\"0,0\":{}", "{\"0,0\":{},\"0,0\":{}}", "\u0000"}) {
            write(broken);
            assertThatThrownBy(manifest::pictures).as(broken).isInstanceOf(IOException.class);
        }
        Files.delete(file);
        assertThatThrownBy(manifest::pictures).isInstanceOf(IOException.class);
        Files.createDirectory(file);
        assertThatThrownBy(manifest::pictures).hasMessage("it is no file");
    }

    /** Whatever a file holds, it is read to its end or refused with a sentence. */
    @Test
    void nothingThatAManifestHoldsDoesHarm() throws Exception {
        byte[] good = "{\"0,0\":{\"brick\":\"a.png\",\"timestamp\":1.5e9},\"-1,1\":{\"brick\":\"b\",\"x\":[[null]]}}"
                .getBytes(StandardCharsets.UTF_8);
        Random random = new Random(5);
        for (int i = 0; i < 3_000; i++) {
            byte[] bytes = good.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? (byte) random.nextInt() : good[random.nextInt(good.length)];
            }
            write(random.nextInt(4) > 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            try {
                assertThat(manifest.pictures().size()).isLessThanOrEqualTo(2);
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        write("{\"0,0\":" + "[".repeat(5_000));
        assertThatThrownBy(manifest::pictures).isInstanceOf(IOException.class);
        write("{\"" + "9".repeat(5_000) + "\":1}");
        assertThatThrownBy(manifest::pictures).isInstanceOf(IOException.class);
    }

    /** The writer ends at any byte of the file, which it writes in place; then it comes again, or the next one does. */
    @Test
    void killingItsWriterLosesNoTileAndStopsNoReader() throws Exception {
        Pictures.put(folder.resolve("a.png"), Pictures.png(9, 9, 1), 1_000);
        Shelf shelf = new Shelf(
                manifest, () -> new Settings(100_000, 1_000_000), new Room(() -> 1_000_000), () -> 1_800_000_000_000L);
        FakeTiles tiles = new FakeTiles();
        Random random = new Random(500);
        int cells = 1;
        write(cells(cells));
        settle(shelf, tiles);
        for (int kill = 0; kill < KILLS; kill++) {
            byte[] next = cells(cells + 1).getBytes(StandardCharsets.UTF_8);
            write(Arrays.copyOf(next, random.nextInt(next.length)));
            for (int look = random.nextInt(4); look >= 0; look--) {
                assertThatThrownBy(() -> shelf.look(tiles)).isInstanceOf(IOException.class);
            }
            assertThat(tiles.of("world").size()).as("kill %s", kill).isEqualTo(cells);
            if (kill % 10 == 9) {
                cells++;
                write(next);
                settle(shelf, tiles);
                assertThat(tiles.of("world").size()).isEqualTo(cells);
            }
        }
        assertThat(tiles.changes.stream()
                        .flatMap(java.util.List::stream)
                        .filter(op -> op.getClass().getSimpleName().equals("Remove")))
                .isEmpty();
    }

    private static String cells(int count) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : ",\n ")
                    .append('"')
                    .append(i - 20)
                    .append(",7\": {\"brick\": \"a.png\", \"timestamp\": 1700000000.5}");
        }
        return text.append('}').toString();
    }

    private static void settle(Shelf shelf, FakeTiles tiles) throws IOException {
        for (int i = 0; i < Shelf.PATIENCE; i++) {
            assertThat(shelf.look(tiles)).isEmpty();
        }
    }
}
