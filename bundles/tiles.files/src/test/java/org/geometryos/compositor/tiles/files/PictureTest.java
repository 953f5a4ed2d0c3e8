package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PictureTest {
    private static final Picture.Limits LIMITS = new Picture.Limits(100_000, 256);

    private final Room room = new Room(() -> 1_000_000);

    private Picture read(byte[] bytes) throws IOException, Picture.RefusedPictureException {
        return Picture.read(new ByteArrayInputStream(bytes), LIMITS, room);
    }

    private void refused(byte[] bytes, String reason) {
        long before = room.used();
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(Picture.RefusedPictureException.class)
                .hasMessageContaining(reason);
        assertThat(room.used()).isEqualTo(before);
    }

    @Test
    void takesEachFormAndSaysItsType() throws Exception {
        assertThat(read(Pictures.png(256, 1, 1)).type()).isEqualTo("image/png");
        assertThat(read(Pictures.jpeg(256, 256)).type()).isEqualTo("image/jpeg");
        for (String kind : List.of("VP8X", "VP8L", "VP8 ")) {
            assertThat(read(Pictures.webp(kind, 256, 255)).type()).isEqualTo("image/webp");
            refused(Pictures.webp(kind, 257, 255), "257 x 255 pixels; each side must have 1 to 256");
        }
    }

    @Test
    void refusesWhatIsLargerThanATileMayBe() {
        refused(Pictures.png(257, 256, 1), "257 x 256 pixels; each side must have 1 to 256");
        refused(Pictures.jpeg(1, 300), "1 x 300 pixels");
        byte[] bomb = Pictures.png(1, 1, 1);
        ByteBuffer.wrap(bomb).putInt(16, 0x7fffffff).putInt(20, 0xffffffff);
        refused(bomb, "2147483647 x 4294967295 pixels");
        refused(new byte[100_001], "more than 100000 bytes");
    }

    @Test
    void refusesWhatIsNoPictureOrOnlyAPartOfOne() {
        refused(new byte[0], "it is empty");
        refused("<svg/>".getBytes(StandardCharsets.UTF_8), "no PNG, JPEG or WebP");
        refused("GIF89a, and more".getBytes(StandardCharsets.UTF_8), "no PNG, JPEG or WebP");
        for (byte[] whole : List.of(Pictures.png(9, 9, 1), Pictures.jpeg(9, 9), Pictures.webp("VP8L", 9, 9))) {
            for (int length = 0; length < whole.length - 1; length++) {
                byte[] part = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> read(part)).isInstanceOf(Picture.RefusedPictureException.class);
            }
        }
        assertThat(room.used()).isZero();
    }

    @Test
    void refusesAPictureOfVeryManyScans() {
        byte[] jpeg = Pictures.jpeg(9, 9);
        byte[] many = Arrays.copyOf(jpeg, jpeg.length + 200);
        for (int i = jpeg.length - 2; i < many.length - 2; i += 2) {
            many[i] = (byte) 0xff;
            many[i + 1] = (byte) 0xda;
        }
        many[many.length - 2] = (byte) 0xff;
        many[many.length - 1] = (byte) 0xd9;
        refused(many, "more than 64 scans");
    }

    @Test
    void whatEverIsChangedInAPictureItIsTakenOrRefused() throws Exception {
        List<byte[]> seeds = List.of(
                Pictures.png(20, 20, 1),
                Pictures.jpeg(20, 20),
                Pictures.webp("VP8X", 9, 9),
                Pictures.webp("VP8 ", 9, 9));
        Random random = new Random(18);
        int taken = 0;
        for (int i = 0; i < 40_000; i++) {
            byte[] bytes = seeds.get(i % seeds.size()).clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            bytes = random.nextInt(3) > 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length + 9));
            try {
                room.giveBack(read(bytes).bytes().length);
                taken++;
            } catch (Picture.RefusedPictureException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(taken).isPositive();
        assertThat(room.used()).isZero();
    }

    @Test
    void noMoreIsInMemoryThanThereIsRoomFor() throws Exception {
        Room small = new Room(() -> 300);
        byte[] png = Pictures.png(9, 9, 1);
        for (int i = 0; i < 300 / png.length; i++) {
            Picture.read(new ByteArrayInputStream(png), LIMITS, small);
        }
        long full = small.used();
        assertThatThrownBy(() -> Picture.read(new ByteArrayInputStream(new byte[300]), LIMITS, small))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("too many pictures");
        assertThat(small.used()).isEqualTo(full);
    }
}
