package org.geometryos.compositor.tiles.files;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.SampleModel;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;

/**
 * A picture too large for the memory, PNG or JPEG, of which parts are read. The decoders read line by line from the
 * beginning, so a part takes as long as all above it, and memory for itself alone. One thread; only {@link #abort} may
 * come from another one.
 */
final class LargeImage implements Closeable {
    private static final int BYTE = 8;

    private static final int MARKER = 0xff;
    private static final int START = 0xd8;
    private static final int END = 0xd9;
    private static final int SCAN = 0xda;
    private static final int PROGRESSIVE = 0xc2;
    private static final int LAST_FRAME = 0xcf;
    /** Bytes of zeros behind a JPEG picture. */
    private static final int MOST_BEHIND = 4096;
    /** Bytes of a coefficient. */
    private static final int COEFFICIENT = 2;

    private final ImageInputStream in;
    private final ImageReader reader;
    private final boolean jpeg;
    private final int width;
    private final int height;
    private final int bytesPerPixel;

    /** The picture will not be read until it changes; the message says why. */
    static final class RefusedImageException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedImageException(String reason) {
            super(reason);
        }
    }

    /**
     * @param most memory that a part may take, bytes
     * @throws IOException if the file cannot be read now
     */
    LargeImage(Path file, int most) throws IOException, RefusedImageException {
        in = new FileImageInputStream(new RandomAccessFile(file.toFile(), "r"));
        ImageReader found = null;
        try {
            String form = form(in);
            jpeg = form.equals("jpeg");
            found = ImageIO.getImageReadersByFormatName(form).next();
            // what it says beside its pixels is not read
            found.setInput(in, false, true);
            width = found.getWidth(0);
            height = found.getHeight(0);
            if (width > Grid.MOST_SIDE || height > Grid.MOST_SIDE) {
                throw new RefusedImageException(
                        "it has " + width + " x " + height + " pixels; each side must have at most " + Grid.MOST_SIDE);
            }
            if (jpeg) {
                checkScans(most);
                checkEnd();
            }
            Iterator<ImageTypeSpecifier> types = found.getImageTypes(0);
            if (!types.hasNext()) {
                throw new RefusedImageException("its colours must be grey or RGB");
            }
            SampleModel samples = types.next().getSampleModel();
            bytesPerPixel = Math.max(1, samples.getNumBands() * samples.getSampleSize(0) / BYTE);
            reader = found;
        } catch (IIOException e) {
            close(found, in);
            throw new RefusedImageException("it cannot be decoded: " + e.getMessage());
        } catch (IOException | RefusedImageException e) {
            close(found, in);
            throw e;
        } catch (RuntimeException e) {
            close(found, in);
            // decoders of the JDK throw all kinds
            throw new RefusedImageException("it cannot be decoded: " + e);
        }
    }

    private static String form(ImageInputStream in) throws IOException, RefusedImageException {
        byte[] head = new byte[BYTE];
        int n = in.read(head);
        in.seek(0);
        if (n >= 4 && head[0] == (byte) 0x89 && head[1] == 'P' && head[2] == 'N' && head[3] == 'G') {
            return "png";
        }
        if (n >= 2 && head[0] == (byte) MARKER && head[1] == (byte) START) {
            return "jpeg";
        }
        throw new RefusedImageException(n <= 0 ? "it is empty" : "it must be a PNG or JPEG picture");
    }

    /** Of one with several scans the decoder keeps all coefficients, in memory that Java does not bound. */
    private void checkScans(int most) throws IOException, RefusedImageException {
        long before = in.getStreamPosition();
        int kind = 0;
        int components = 0;
        try {
            in.seek(2);
            for (; ; ) {
                int marker = in.readUnsignedByte();
                if (marker != MARKER) {
                    throw new RefusedImageException("it is a JPEG picture that is damaged before its pixels");
                }
                while (marker == MARKER) {
                    marker = in.readUnsignedByte();
                }
                int length = in.readUnsignedShort();
                boolean frame =
                        marker >= 0xc0 && marker <= LAST_FRAME && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
                if (frame) {
                    kind = marker;
                    in.skipBytes(5);
                    components = in.readUnsignedByte();
                    in.skipBytes(Math.max(0, length - BYTE));
                } else if (marker == SCAN) {
                    break;
                } else {
                    in.skipBytes(Math.max(0, length - 2));
                }
            }
            boolean whole = kind != PROGRESSIVE && in.readUnsignedByte() == components;
            long coefficients = (long) width * height * components * COEFFICIENT;
            if (!whole && coefficients > most) {
                throw new RefusedImageException("it is a JPEG picture of several scans (progressive), which takes "
                        + coefficients + " bytes to decode; it must have one scan, or take at most " + most
                        + " (workBytes)");
            }
        } catch (EOFException e) {
            throw new RefusedImageException("it is a JPEG picture that is not complete");
        } finally {
            in.seek(before);
        }
    }

    /** The decoder makes up what is missing. */
    private void checkEnd() throws IOException, RefusedImageException {
        long before = in.getStreamPosition();
        byte[] last = new byte[(int) Math.min(MOST_BEHIND, in.length())];
        in.seek(in.length() - last.length);
        in.readFully(last);
        in.seek(before);
        int end = last.length;
        // some writers leave zeros behind the end
        while (end > 2 && last[end - 1] == 0) {
            end--;
        }
        if (last[end - 2] != (byte) MARKER || last[end - 1] != (byte) END) {
            throw new RefusedImageException("it is a JPEG picture that is not complete");
        }
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    boolean jpeg() {
        return jpeg;
    }

    /** What a pixel of a part takes. */
    int bytesPerPixel() {
        return bytesPerPixel;
    }

    /** A part of it, in the form in which it is stored. */
    BufferedImage read(Rectangle part) throws IOException, RefusedImageException {
        ImageReadParam param = reader.getDefaultReadParam();
        param.setSourceRegion(part);
        try {
            return reader.read(0, param);
        } catch (IIOException | RuntimeException e) {
            throw new RefusedImageException("it cannot be decoded: " + e.getMessage());
        }
    }

    /** Ends what is being read. Any thread. */
    void abort() {
        reader.abort();
    }

    @Override
    public void close() throws IOException {
        close(reader, in);
    }

    private static void close(ImageReader reader, ImageInputStream in) throws IOException {
        if (reader != null) {
            reader.dispose();
        }
        in.close();
    }
}
