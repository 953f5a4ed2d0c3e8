package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A picture of 150 by 100 pixels in tiles of 64: levels 0 to 8, of which 6 is the first that is more than one tile. */
class DziPictureTest {
    private static final int SIDE = 64;
    private static final int WIDTH = 150;
    private static final int HEIGHT = 100;

    @TempDir
    private Path folder;

    private DziPicture picture;

    @BeforeEach
    void begin() {
        Tileset tileset = new Tileset("map", SIDE, SIDE, Grid.ZOOM, TileSource.address("map"));
        picture = new DziPicture(folder.resolve("a.dzi"), folder.resolve("a_files"), tileset, 1_000);
    }

    private void describe(String attributes, String size) throws IOException {
        Files.writeString(
                folder.resolve("a.dzi"),
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Image xmlns=\"http://schemas.microsoft.com/deepzoom/2008\" "
                        + attributes + ">\n  <Size " + size + "/>\n</Image>\n");
    }

    private void describe(int overlap, String form) throws IOException {
        describe(
                "Format=\"" + form + "\" Overlap=\"" + overlap + "\" TileSize=\"" + SIDE + "\"",
                "Width=\"" + WIDTH + "\" Height=\"" + HEIGHT + "\"");
    }

    /** Of each pixel its place on the level. */
    private static int colour(int x, int y) {
        return 0xff000000 | x << 16 | y << 8 | 0x40;
    }

    /** As a tool writes it: each picture with so many pixels of its neighbours. */
    private void tiles(int overlap, String form) throws IOException {
        for (int level = 0; level <= 8; level++) {
            int width = (WIDTH - 1 >> 8 - level) + 1;
            int height = (HEIGHT - 1 >> 8 - level) + 1;
            for (int x = 0; x * SIDE < width; x++) {
                for (int y = 0; y * SIDE < height; y++) {
                    int left = Math.max(0, x * SIDE - overlap);
                    int top = Math.max(0, y * SIDE - overlap);
                    int right = Math.min(width, (x + 1) * SIDE + overlap);
                    int bottom = Math.min(height, (y + 1) * SIDE + overlap);
                    put(level + "/" + x + "_" + y + "." + form, form, left, top, right - left, bottom - top);
                }
            }
        }
    }

    private void put(String name, String form, int left, int top, int width, int height) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                image.setRGB(x, y, colour(left + x, top + y));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, form, bytes);
        Pictures.put(folder.resolve("a_files").resolve(name), bytes.toByteArray(), 1_000);
    }

    private byte[] open(int z, int x, int y) throws IOException {
        try (InputStream in = picture.open(z, x, y, 1_000)) {
            return in.readAllBytes();
        }
    }

    private BufferedImage image(int z, int x, int y) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(open(z, x, y)));
    }

    @Test
    void itsTilesAreThoseOfTheLevelsThatAreLargerThanOne() throws Exception {
        describe(1, "png");
        tiles(1, "png");
        TileTree there = picture.pictures();
        assertThat(there).isEqualTo(new Grid(WIDTH, HEIGHT, SIDE).tree(1_000));
        assertThat(there.minZoom()).isEqualTo(18);
        assertThat(there.size()).isEqualTo(6 + 2 + 1);
        assertThat(picture.refused()).isEmpty();
    }

    @Test
    void eachPictureIsCutToItsTileAndFilledUp() throws Exception {
        for (int overlap : new int[] {0, 1, 7}) {
            describe(overlap, "png");
            tiles(overlap, "png");
            picture.pictures();
            for (int x = 0; x < 3; x++) {
                for (int y = 0; y < 2; y++) {
                    BufferedImage tile = image(Grid.ZOOM, x, y);
                    assertThat(tile.getWidth()).isEqualTo(SIDE);
                    assertThat(tile.getHeight()).isEqualTo(SIDE);
                    int right = Math.min(SIDE, WIDTH - x * SIDE) - 1;
                    int bottom = Math.min(SIDE, HEIGHT - y * SIDE) - 1;
                    assertThat(tile.getRGB(0, 0)).isEqualTo(colour(x * SIDE, y * SIDE));
                    assertThat(tile.getRGB(right, bottom)).isEqualTo(colour(x * SIDE + right, y * SIDE + bottom));
                    if (right + 1 < SIDE) {
                        assertThat(tile.getRGB(right + 1, 0) >>> 24)
                                .as("nothing there")
                                .isZero();
                    }
                }
            }
        }
    }

    @Test
    void whatNeedsNoCuttingIsServedAsItIs() throws Exception {
        describe(0, "jpg");
        tiles(0, "jpg");
        picture.pictures();
        assertThat(open(Grid.ZOOM, 0, 0)).isEqualTo(Files.readAllBytes(folder.resolve("a_files/8/0_0.jpg")));
        // JPEG has no transparency
        assertThat(open(Grid.ZOOM, 2, 1)).startsWith(0x89, 'P', 'N', 'G');
        describe(1, "jpg");
        tiles(1, "jpg");
        picture.pictures();
        assertThat(open(Grid.ZOOM, 0, 0)).startsWith(0xff, 0xd8);
    }

    @Test
    void aPictureOfAnotherSizeIsRefusedUntilItChanges() throws Exception {
        describe(1, "png");
        tiles(1, "png");
        put("8/1_0.png", "png", 0, 0, 64, 64);
        put("8/0_1.png", "png", 0, 0, 200, 64);
        Pictures.put(folder.resolve("a_files/8/2_0.png"), Pictures.webp("VP8 ", 23, 65), 1_000);
        Pictures.put(folder.resolve("a_files/8/2_1.png"), "none".getBytes(StandardCharsets.UTF_8), 1_000);
        FakeTiles tiles = new FakeTiles();
        Shelf shelf = new Shelf(
                picture, () -> new Settings(100_000, 1_000_000), new Room(() -> 1_000_000), () -> 1_800_000_000_000L);
        for (int i = 0; i < 4; i++) {
            assertThat(shelf.look(tiles)).isEmpty();
        }
        assertThat(tiles.of("map").size()).isEqualTo(9 - 4);
        assertThat(shelf.refused().get("20/1/0"))
                .isEqualTo("it must have 66 x 65 pixels by its description, not 64 x 64");
        assertThat(shelf.refused().get("20/0/1")).contains("200 x 64 pixels; each side must have");
        assertThat(shelf.refused().get("20/2/0")).isEqualTo("it must be PNG or JPEG, not WebP");
        assertThat(shelf.refused().get("20/2/1")).contains("no PNG, JPEG or WebP picture");
    }

    @Test
    void aDescriptionThatBreaksARuleSaysNothing() throws Exception {
        refused("its TileSize must be that of the tileset, 64 (pixels), not 256", "TileSize=\"256\"", "");
        refused("its TileSize must lie in [1, 1048576], not null", "", "");
        refused("its Overlap must lie in [0, 64], not 65", "TileSize=\"64\" Overlap=\"65\" Format=\"png\"", "");
        refused("its Format must be png, jpg or jpeg, not webp", "TileSize=\"64\" Overlap=\"1\" Format=\"webp\"", "");
        String good = "TileSize=\"64\" Overlap=\"1\" Format=\"png\"";
        refused("its Width must lie in [1, 1048576], not 0", good, "Width=\"0\" Height=\"1\"");
        refused("its Height must lie in [1, 1048576], not 99999999999", good, "Width=\"1\" Height=\"99999999999\"");
        refused("it may have at most 1000 (maxFiles)", good, "Width=\"100000\" Height=\"100000\"");
        Files.writeString(folder.resolve("a.dzi"), "<Collection/>");
        assertThatThrownBy(picture::pictures).hasMessage("it must describe an Image, not Collection");
        Files.writeString(folder.resolve("a.dzi"), "<Image " + good + "/>");
        assertThatThrownBy(picture::pictures).hasMessage("it must have a Size");
        Files.write(folder.resolve("a.dzi"), new byte[70_000]);
        assertThatThrownBy(picture::pictures).hasMessageContaining("more than 65536 bytes");
        Files.delete(folder.resolve("a.dzi"));
        assertThatThrownBy(picture::pictures).hasMessage("it is no file");
    }

    private void refused(String reason, String attributes, String size) throws IOException {
        describe(attributes, size);
        assertThatThrownBy(picture::pictures).isInstanceOf(IOException.class).hasMessageContaining(reason);
    }

    @Test
    void noEntityIsResolved() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "64");
        Files.writeString(
                folder.resolve("a.dzi"),
                "<!DOCTYPE Image [<!ENTITY s SYSTEM \"" + secret.toUri() + "\">]><Image TileSize=\"64\" Overlap=\"0\" "
                        + "Format=\"png\"><Size Width=\"1\" Height=\"1\"/>&s;</Image>");
        assertThatThrownBy(picture::pictures).hasMessageContaining("it must be XML");
    }

    /** Whatever a description holds, it is read or refused with a sentence. */
    @Test
    void damagedDescriptionsAreReadOrRefused() throws Exception {
        describe(1, "png");
        byte[] whole = Files.readAllBytes(folder.resolve("a.dzi"));
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = java.util.Arrays.copyOf(
                    whole, random.nextInt(8) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int n = random.nextInt(3); n >= 0 && damaged.length > 0; n--) {
                damaged[random.nextInt(damaged.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt() : '0' + random.nextInt(10));
            }
            try {
                DziDescription read = DziDescription.read(damaged, SIDE);
                assertThat(read.grid().tiles()).isPositive();
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
