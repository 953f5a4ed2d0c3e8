package org.geometryos.compositor.tiles.files;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import javax.imageio.ImageIO;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.api.tiles.Tileset;

/** Pictures and tilesets of tests. */
final class Pictures {
    private Pictures() {}

    static Tileset tileset(String id, int maxZoom) {
        return new Tileset(id, 256, 256, maxZoom, TileSource.address(id));
    }

    static byte[] png(int width, int height, int colour) {
        return written("png", width, height, colour);
    }

    static byte[] jpeg(int width, int height) {
        return written("jpeg", width, height, 0x336699);
    }

    private static byte[] written(String form, int width, int height, int colour) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, colour);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, form, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** A WebP file with a head and nothing in it. */
    static byte[] webp(String kind, int width, int height) {
        ByteBuffer bytes = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(32);
        bytes.put(("WEBP" + kind).getBytes(StandardCharsets.US_ASCII)).putInt(20);
        switch (kind) {
            case "VP8X" ->
                bytes.putInt(0)
                        .putShort((short) (width - 1))
                        .put((byte) 0)
                        .putShort((short) (height - 1))
                        .put((byte) 0);
            case "VP8L" -> bytes.put((byte) 0x2f).putInt(width - 1 | height - 1 << 14);
            default ->
                bytes.put(new byte[] {0, 0, 0, (byte) 0x9d, 1, 0x2a})
                        .putShort((short) width)
                        .putShort((short) height);
        }
        return bytes.array();
    }

    /** Puts a file in place as a whole, with a time of its own. */
    static void put(Path file, byte[] bytes, long millis) throws IOException {
        Files.createDirectories(file.getParent());
        Path coming = file.resolveSibling(".coming");
        Files.write(coming, bytes);
        Files.setLastModifiedTime(coming, FileTime.fromMillis(millis));
        Files.move(
                coming,
                file,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
