package org.geometryos.compositor.tiles.files;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** A square of pixels, of sRGB with alpha, and how it becomes a picture. */
final class Pixels {
    private static final float JPEG_QUALITY = 0.9f;
    private static final int BYTE = 8;

    private final int side;
    private final int[] argb;

    /** Nothing is to be seen of it. */
    Pixels(int side) {
        this.side = side;
        argb = new int[side * side];
    }

    /** Puts a part of an image to the upper left corner. */
    void put(BufferedImage from, int x, int y, int width, int height) {
        ColorModel colours = from.getColorModel();
        boolean grey = colours.getNumColorComponents() == 1 && !(colours instanceof IndexColorModel);
        if (!grey) {
            from.getRGB(x, y, width, height, argb, 0, side);
            return;
        }
        // the colour space of grey that Java has would make them brighter
        int bands = from.getRaster().getNumBands();
        int more = Math.max(0, colours.getComponentSize(0) - BYTE);
        int[] row = new int[width * bands];
        for (int j = 0; j < height; j++) {
            from.getRaster().getPixels(x, y + j, width, 1, row);
            for (int i = 0; i < width; i++) {
                int value = row[i * bands] >> more;
                int alpha = bands > 1 ? row[i * bands + 1] >> more : 0xff;
                argb[j * side + i] = alpha << 24 | value * 0x010101;
            }
        }
    }

    /** Puts another square of the same side into a quarter, half as large. */
    void half(Pixels from, boolean right, boolean below) {
        int start = (right ? side / 2 : 0) + (below ? side / 2 * side : 0);
        for (int y = 0; y < side / 2; y++) {
            for (int x = 0; x < side / 2; x++) {
                int at = 2 * y * side + 2 * x;
                argb[start + y * side + x] =
                        mean(from.argb[at], from.argb[at + 1], from.argb[at + side], from.argb[at + side + 1]);
            }
        }
    }

    /** Colours count by how much is to be seen of them. */
    private static int mean(int a, int b, int c, int d) {
        int alpha = (a >>> 24) + (b >>> 24) + (c >>> 24) + (d >>> 24);
        if (alpha == 0) {
            return 0;
        }
        int argb = alpha + 2 >> 2 << 24;
        for (int shift = 16; shift >= 0; shift -= BYTE) {
            int sum = part(a, shift) + part(b, shift) + part(c, shift) + part(d, shift);
            argb |= (sum + alpha / 2) / alpha << shift;
        }
        return argb;
    }

    private static int part(int argb, int shift) {
        return (argb >>> 24) * (argb >>> shift & 0xff);
    }

    private boolean opaque() {
        for (int each : argb) {
            if (each >>> 24 != 0xff) {
                return false;
            }
        }
        return true;
    }

    /** As a picture: JPEG if that is wanted and nothing shines through, else PNG. */
    byte[] picture(boolean jpeg) throws IOException {
        boolean opaque = opaque();
        BufferedImage image =
                new BufferedImage(side, side, opaque ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, side, side, argb, 0, side);
        ImageWriter writer = ImageIO.getImageWritersByFormatName(jpeg && opaque ? "jpeg" : "png")
                .next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (jpeg && opaque) {
                param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                param.setCompressionQuality(JPEG_QUALITY);
            }
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /**
     * Reads a picture that {@link Picture} found good.
     *
     * @throws IOException if it cannot be decoded
     */
    static BufferedImage decoded(Picture picture) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByMIMEType(picture.type()).next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(picture.bytes()))) {
            reader.setInput(in, true, true);
            return reader.read(0);
        } catch (RuntimeException e) {
            // decoders of the JDK throw all kinds
            throw new IOException("it cannot be decoded: " + e, e);
        } finally {
            reader.dispose();
        }
    }
}
