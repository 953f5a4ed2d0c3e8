package org.geometryos.compositor.tiles.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class WorldTest {
    private static final int PIXELS = 256;

    private final World world = new World();

    private byte[] bytes(int z, int x, int y) throws IOException {
        return world.open(z, x, y, World.VERSION).readAllBytes();
    }

    private BufferedImage picture(int z, int x, int y) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(bytes(z, x, y)));
    }

    @Test
    void aMillionTilesAreOneNode() {
        assertThat(world.pictures().size()).isEqualTo(1_398_101);
        assertThat(world.pictures().encode().length).isLessThan(10);
        assertThat(world.tileset().pixels()).isEqualTo(PIXELS);
    }

    @Test
    void eachLevelHasPicturesOfManyColours() throws IOException {
        for (int z = 0; z <= 10; z++) {
            int middle = 1 << z >> 1;
            BufferedImage picture = picture(z, middle, middle);
            assertThat(picture.getWidth()).isEqualTo(PIXELS);
            assertThat(picture.getHeight()).isEqualTo(PIXELS);
            Set<Integer> colours = new HashSet<>();
            for (int i = 0; i < PIXELS; i++) {
                for (int j = 0; j < PIXELS; j++) {
                    colours.add(picture.getRGB(i, j));
                }
            }
            assertThat(colours).as("level %d", z).hasSizeGreaterThan(20);
        }
    }

    @Test
    void theEdgeOfTheWorldIsClear() throws IOException {
        BufferedImage corner = picture(4, 0, 0);
        for (int i = 0; i < PIXELS; i++) {
            assertThat(corner.getRGB(i, 0) >>> 24).isZero();
            assertThat(corner.getRGB(0, i) >>> 24).isZero();
        }
    }

    /** Browsers keep pictures for ever: if this fails, raise {@link World#VERSION}, and write the new sum here. */
    @Test
    void theMapIsTheOneOfItsVersion() throws IOException {
        CRC32 sum = new CRC32();
        int[][] tiles = {{0, 0, 0}, {3, 4, 3}, {6, 32, 31}, {10, 512, 511}, {8, 190, 101}};
        for (int[] tile : tiles) {
            BufferedImage picture = picture(tile[0], tile[1], tile[2]);
            for (int j = 0; j < PIXELS; j++) {
                for (int i = 0; i < PIXELS; i++) {
                    int colour = picture.getRGB(i, j);
                    for (int shift = 0; shift < 32; shift += 8) {
                        sum.update(colour >>> shift);
                    }
                }
            }
        }
        assertThat(World.VERSION + ":" + Long.toHexString(sum.getValue())).isEqualTo("1:8eb03c84");
    }
}
