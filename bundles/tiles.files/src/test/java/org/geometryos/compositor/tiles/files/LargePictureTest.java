package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargePictureTest {
    private static final int SIDE = 64;
    private static final long LIMIT_NANOS = 60_000_000_000L;

    @TempDir
    private Path data;

    private Path file;
    private Path folder;
    private LargePicture picture;

    @BeforeEach
    void begin() {
        file = data.resolve("large");
        folder = data.resolve("cut/map");
        picture = make(1 << 20);
    }

    private LargePicture make(int workBytes) {
        Tileset tileset = new Tileset("map", SIDE, SIDE, Grid.ZOOM, TileSource.address("map"));
        return new LargePicture(file, folder, tileset, 1_000, workBytes);
    }

    @AfterEach
    void end() {
        picture.close(false);
    }

    /** Of each pixel its place. */
    private static int colour(int x, int y) {
        return 0xff000000 | (x & 0xff) << 16 | (y & 0xff) << 8 | x >> 8 << 4 | y >> 8;
    }

    private static BufferedImage image(int width, int height, int type) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                image.setRGB(x, y, colour(x, y));
            }
        }
        return image;
    }

    private static byte[] written(BufferedImage image, String form, boolean progressive) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(form).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (progressive) {
                param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            }
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private void put(byte[] bytes, long millis) throws IOException {
        Pictures.put(file, bytes, millis);
    }

    private static <T> T until(Callable<T> asked, Predicate<T> good) throws Exception {
        long end = System.nanoTime() + LIMIT_NANOS;
        T got = asked.call();
        while (!good.test(got)) {
            assertThat(System.nanoTime() - end)
                    .as("nanoseconds too late for more than %s", got)
                    .isNegative();
            Thread.sleep(2);
            got = asked.call();
        }
        return got;
    }

    private TileTree settled(long tiles) throws Exception {
        return until(picture::pictures, there -> there.size() == tiles);
    }

    private BufferedImage tile(int z, int x, int y, long stamp) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(bytes(z, x, y, stamp)));
    }

    private byte[] bytes(int z, int x, int y, long stamp) throws IOException {
        try (InputStream in = picture.open(z, x, y, stamp)) {
            return in.readAllBytes();
        }
    }

    private String reason() throws Exception {
        return until(
                () -> {
                    try {
                        picture.pictures();
                        return "";
                    } catch (IOException e) {
                        return e.getMessage();
                    }
                },
                reason -> !reason.isEmpty());
    }

    @Test
    void itsPixelsAreTheDeepestLevelAndEachAboveHasTheirMeans() throws Exception {
        put(written(image(300, 150, BufferedImage.TYPE_INT_RGB), "png", false), 5_000);
        Grid grid = new Grid(300, 150, SIDE);
        TileTree there = settled(grid.tiles());
        assertThat(there).isEqualTo(grid.tree(5_000));
        BufferedImage inner = tile(20, 1, 1, 5_000);
        assertThat(inner.getRGB(3, 5)).isEqualTo(colour(64 + 3, 64 + 5));
        BufferedImage edge = tile(20, 4, 2, 5_000);
        assertThat(edge.getWidth()).isEqualTo(SIDE);
        assertThat(edge.getRGB(43, 21)).isEqualTo(colour(299, 149));
        assertThat(edge.getRGB(44, 21)).isZero();
        assertThat(edge.getRGB(43, 22)).isZero();
        // of four neighbours, whose colours differ by one
        int above = tile(19, 1, 0, 5_000).getRGB(2, 3);
        assertThat(above >> 16 & 0xff).isBetween(2 * (64 + 2), 2 * (64 + 2) + 1);
        assertThat(above >> 8 & 0xff).isBetween(6, 7);
        assertThat(tile(grid.least(), 0, 0, 5_000).getRGB(0, 0) >>> 24).isEqualTo(0xff);
        assertThatThrownBy(() -> bytes(20, 5, 0, 5_000)).hasMessage("there is no such picture");
        assertThatThrownBy(() -> bytes(20, 0, 0, 4_000)).hasMessage("there is no such picture");
        assertThat(picture.progress()).isEmpty();
    }

    /** Whatever part fits into the memory: the tiles are the same. */
    @Test
    void aPictureIsCutInPartsThatFitIntoTheMemory() throws Exception {
        byte[] png = written(image(500, 400, BufferedImage.TYPE_INT_RGB), "png", false);
        put(png, 1_000);
        Grid grid = new Grid(500, 400, SIDE);
        byte[][] expected = null;
        for (int workBytes : new int[] {1 << 20, 500 * 64 * 3, 3 * 64 * 64 * 3, 1}) {
            Path to = Files.createDirectories(data.resolve("by-" + workBytes));
            try (PyramidCutter cutter = new PyramidCutter(new LargeImage(file, workBytes), grid, to, workBytes)) {
                double before = 0;
                while (!cutter.step()) {
                    assertThat(cutter.progress()).isGreaterThan(before);
                    before = cutter.progress();
                }
                assertThat(cutter.progress()).isEqualTo(1);
            }
            byte[][] tiles = {
                Files.readAllBytes(PyramidCutter.file(to, 20, 7, 6)),
                Files.readAllBytes(PyramidCutter.file(to, 19, 1, 1)),
                Files.readAllBytes(PyramidCutter.file(to, grid.least(), 0, 0))
            };
            expected = expected == null ? tiles : expected;
            assertThat(tiles).isDeepEqualTo(expected);
        }
    }

    @Test
    void aPartOfALargePictureIsNeverLargerThanItsMemory() throws Exception {
        put(written(image(1_000, 600, BufferedImage.TYPE_INT_RGB), "png", false), 1_000);
        try (LargeImage image = new LargeImage(file, 1 << 20)) {
            assertThat(image.bytesPerPixel()).isEqualTo(3);
            BufferedImage part = image.read(new Rectangle(900, 500, 100, 64));
            assertThat(part.getRaster().getDataBuffer().getSize()).isEqualTo(100 * 64 * 3);
            assertThat(part.getRGB(0, 0)).isEqualTo(colour(900, 500));
        }
    }

    @Test
    void aJpegPictureWithoutItsEndIsRefused() throws Exception {
        byte[] jpeg = written(image(100, 100, BufferedImage.TYPE_INT_RGB), "jpeg", false);
        put(Arrays.copyOf(jpeg, jpeg.length - 100), 1_000);
        assertThat(reason()).isEqualTo("it is a JPEG picture that is not complete");
        put(Arrays.copyOf(jpeg, jpeg.length + 100), 2_000);
        settled(5);
    }

    @Test
    void ofAJpegPictureTilesAreJpegWhereNothingShinesThrough() throws Exception {
        put(written(image(150, 70, BufferedImage.TYPE_INT_RGB), "jpeg", false), 1_000);
        settled(new Grid(150, 70, SIDE).tiles());
        assertThat(bytes(20, 0, 0, 1_000)).startsWith(0xff, 0xd8);
        assertThat(bytes(20, 2, 1, 1_000)).startsWith(0x89, 'P', 'N', 'G');
        BufferedImage grey = new BufferedImage(100, 70, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setPixel(70, 3, new int[] {100});
        put(written(grey, "png", false), 2_000);
        settled(new Grid(100, 70, SIDE).tiles());
        assertThat(tile(20, 1, 0, 2_000).getRGB(6, 3)).isEqualTo(0xff646464);
    }

    @Test
    void whoStartsAgainFindsItsTiles() throws Exception {
        put(written(image(100, 100, BufferedImage.TYPE_INT_ARGB), "png", false), 1_000);
        TileTree there = settled(5);
        byte[] tile = bytes(20, 1, 1, 1_000);
        picture.close(false);
        Files.delete(file);
        picture = make(1 << 20);
        assertThatThrownBy(picture::pictures).isInstanceOf(IOException.class);
        assertThat(bytes(20, 1, 1, 1_000)).as("without its picture").isEqualTo(tile);
        put(written(image(100, 100, BufferedImage.TYPE_INT_ARGB), "png", false), 1_000);
        assertThat(picture.pictures()).as("at once").isEqualTo(there);
        picture.close(true);
        assertThat(folder).doesNotExist();
    }

    @Test
    void anotherPictureTakesItsPlaceAsAWhole() throws Exception {
        put(written(image(100, 100, BufferedImage.TYPE_INT_RGB), "png", false), 1_000);
        settled(5);
        put(written(image(300, 100, BufferedImage.TYPE_INT_RGB), "png", false), 2_000);
        Grid next = new Grid(300, 100, SIDE);
        until(
                () -> {
                    TileTree there = picture.pictures();
                    assertThat(there.size()).isIn(5L, next.tiles());
                    return there;
                },
                there -> there.equals(next.tree(2_000)));
        assertThat(bytes(20, 1, 1, 1_000)).as("until the new ones are taken").isNotEmpty();
        assertThat(bytes(20, 4, 1, 2_000)).isNotEmpty();
        put(written(image(10, 10, BufferedImage.TYPE_INT_RGB), "png", false), 3_000);
        settled(1);
        until(this::folders, count -> count == 2);
    }

    private long folders() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }

    @Test
    void whatIsBrokenTakesNoPlace() throws Exception {
        byte[] good = written(image(100, 100, BufferedImage.TYPE_INT_RGB), "png", false);
        put(good, 1_000);
        settled(5);
        put(Arrays.copyOf(good, good.length / 2), 2_000);
        until(
                () -> {
                    assertThat(picture.pictures().size()).isEqualTo(5);
                    return picture.refused();
                },
                refused -> !refused.isEmpty());
        assertThat(picture.refused().get("large")).contains("it cannot be decoded");
        assertThat(bytes(20, 0, 0, 1_000)).isNotEmpty();
        put(good, 3_000);
        until(picture::pictures, there -> there.version(20, 0, 0).getAsLong() == 3_000);
        assertThat(picture.refused()).isEmpty();
    }

    @Test
    void hostilePicturesAreRefusedWithValueAndRule() throws Exception {
        put("#!/bin/sh".getBytes(java.nio.charset.StandardCharsets.UTF_8), 1_000);
        assertThat(reason()).isEqualTo("it must be a PNG or JPEG picture");
        byte[] bomb = written(image(10, 10, BufferedImage.TYPE_INT_RGB), "png", false);
        Arrays.fill(bomb, 16, 24, (byte) 0x7f);
        put(bomb, 2_000);
        assertThat(reason()).containsAnyOf("each side must have at most 1048576", "it cannot be decoded");
        put(written(new BufferedImage(3_000, 3_000, BufferedImage.TYPE_BYTE_BINARY), "png", false), 3_000);
        assertThat(reason())
                .isEqualTo("it has 3000 x 3000 pixels, which are 2979 tiles; it may have at most 1000 (maxTiles)");
        assertThat(folder.resolve(".coming")).doesNotExist();
    }

    @Test
    void aProgressivePictureMustFitIntoTheMemory() throws Exception {
        put(written(image(600, 600, BufferedImage.TYPE_INT_RGB), "jpeg", true), 1_000);
        assertThat(reason()).contains("several scans", "2160000 bytes to decode", "at most 1048576 (workBytes)");
        put(written(image(200, 100, BufferedImage.TYPE_INT_RGB), "jpeg", true), 2_000);
        settled(new Grid(200, 100, SIDE).tiles());
    }

    /** Whatever it holds: it is cut, or refused with a sentence, and the thread goes on. */
    @Test
    void damagedPicturesAreCutOrRefused() throws Exception {
        Random random = new Random(3);
        byte[] png = written(image(90, 90, BufferedImage.TYPE_INT_ARGB), "png", false);
        byte[] jpeg = written(image(90, 90, BufferedImage.TYPE_INT_RGB), "jpeg", false);
        for (int i = 0; i < 400; i++) {
            byte[] damaged = (random.nextBoolean() ? png : jpeg).clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                // half of them in what stands before the pixels
                int at = random.nextBoolean() ? random.nextInt(damaged.length) : random.nextInt(60);
                damaged[at] = (byte) random.nextInt();
            }
            Files.write(file, random.nextInt(5) > 0 ? damaged : Arrays.copyOf(damaged, random.nextInt(damaged.length)));
            Path to = data.resolve("cut-" + i);
            Files.createDirectories(to);
            try (LargeImage image = new LargeImage(file, 1 << 16)) {
                Grid grid = new Grid(image.width(), image.height(), SIDE);
                if (grid.tiles() > 100) {
                    continue;
                }
                try (PyramidCutter cutter = new PyramidCutter(image, grid, to, 1 << 16)) {
                    while (!cutter.step()) {
                        assertThat(cutter.progress()).isLessThan(1);
                    }
                }
            } catch (LargeImage.RefusedImageException | IOException e) {
                assertThat(String.valueOf(e.getMessage())).isNotBlank();
            }
        }
    }

    @Test
    void whoStopsDoesNotWaitForTheEnd() throws Exception {
        put(written(image(1_500, 1_500, BufferedImage.TYPE_INT_RGB), "png", false), 1_000);
        picture.close(false);
        // one tile after the other, and each from the beginning
        picture = make(1);
        until(
                () -> {
                    picture.pictures();
                    return picture.progress().isPresent();
                },
                begun -> begun);
        picture.close(false);
        assertThat(folder.resolve(".coming")).doesNotExist();
        assertThat(picture.progress()).isEmpty();
    }
}
