package org.geometryos.compositor.tiles.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A picture that was found good: it is what it says, all of it is there, and it is as large as a tile may be. What is
 * within it is the browser's affair.
 *
 * @param type as HTTP says it
 */
record Picture(byte[] bytes, String type) {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final byte[] PNG_END = {'I', 'E', 'N', 'D', (byte) 0xae, 0x42, 0x60, (byte) 0x82};
    private static final int PNG_HEAD = 24;
    private static final int WEBP_HEAD = 30;
    private static final int BLOCK = 16_384;
    private static final int MOST_SCANS = 64;

    /** A picture is none, or not one that may be a tile; the message says why. */
    static final class RefusedPictureException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedPictureException(String reason) {
            super(reason, null, false, false);
        }
    }

    /**
     * What a picture may be.
     *
     * @param bytes of the file
     * @param pixels of a side
     */
    record Limits(int bytes, int pixels) {}

    private record Size(long width, long height) {}

    /**
     * Reads a picture to its end. It takes up room as it grows, until {@link #bytes} are given back.
     *
     * @throws IOException if it cannot be read now; that says nothing about the picture
     */
    static Picture read(InputStream from, Limits limits, Room room) throws IOException, RefusedPictureException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int taken = 0;
        try {
            byte[] block = new byte[BLOCK];
            for (int n; (n = from.read(block)) >= 0; ) {
                if (all.size() + n > limits.bytes) {
                    throw new RefusedPictureException("it has more than " + limits.bytes + " bytes");
                }
                room.take(n);
                taken += n;
                all.write(block, 0, n);
            }
            Picture picture = checked(all.toByteArray(), limits.pixels);
            taken = 0;
            return picture;
        } finally {
            room.giveBack(taken);
        }
    }

    private static Picture checked(byte[] bytes, int mostPixels) throws RefusedPictureException {
        if (starts(bytes, 0, PNG)) {
            return checked(bytes, "image/png", png(bytes), mostPixels);
        }
        if (bytes.length > 3 && at(bytes, 0) == 0xff && at(bytes, 1) == 0xd8 && at(bytes, 2) == 0xff) {
            return checked(bytes, "image/jpeg", jpeg(bytes), mostPixels);
        }
        if (bytes.length >= WEBP_HEAD && starts(bytes, 0, ascii("RIFF")) && starts(bytes, 8, ascii("WEBP"))) {
            return checked(bytes, "image/webp", webp(bytes), mostPixels);
        }
        throw new RefusedPictureException(bytes.length == 0 ? "it is empty" : "it is no PNG, JPEG or WebP picture");
    }

    private static Picture checked(byte[] bytes, String type, Size size, int most) throws RefusedPictureException {
        if (size.width < 1 || size.height < 1 || size.width > most || size.height > most) {
            throw new RefusedPictureException(
                    "it has " + size.width + " x " + size.height + " pixels; each side must have 1 to " + most);
        }
        return new Picture(bytes, type);
    }

    private static Size png(byte[] bytes) throws RefusedPictureException {
        if (bytes.length < PNG_HEAD + PNG_END.length
                || !starts(bytes, 12, ascii("IHDR"))
                || !starts(bytes, bytes.length - PNG_END.length, PNG_END)) {
            throw new RefusedPictureException("it is a PNG picture that is not complete");
        }
        return new Size(Integer.toUnsignedLong(big(bytes, 16, 4)), Integer.toUnsignedLong(big(bytes, 20, 4)));
    }

    private static Size jpeg(byte[] bytes) throws RefusedPictureException {
        int end = bytes.length;
        // some writers leave zeros behind the end
        while (end > 2 && bytes[end - 1] == 0) {
            end--;
        }
        if (at(bytes, end - 2) != 0xff || at(bytes, end - 1) != 0xd9) {
            throw new RefusedPictureException("it is a JPEG picture that is not complete");
        }
        for (int i = 2; i + 9 < end; ) {
            int marker = at(bytes, i + 1);
            if (at(bytes, i) != 0xff) {
                break;
            }
            boolean frame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
            if (frame) {
                checkScans(bytes, i);
                return new Size(big(bytes, i + 7, 2), big(bytes, i + 5, 2));
            }
            // a fill byte stands alone
            i += marker == 0xff ? 1 : 2 + Math.max(2, big(bytes, i + 2, 2));
        }
        throw new RefusedPictureException("it is a JPEG picture without a size");
    }

    /** Each scan goes over the whole picture again, and takes only a few bytes. */
    private static void checkScans(byte[] bytes, int from) throws RefusedPictureException {
        int scans = 0;
        for (int i = from; i + 1 < bytes.length; i++) {
            if (at(bytes, i) == 0xff && at(bytes, i + 1) == 0xda && ++scans > MOST_SCANS) {
                throw new RefusedPictureException("it has more than " + MOST_SCANS + " scans");
            }
        }
    }

    private static Size webp(byte[] bytes) throws RefusedPictureException {
        long length = little(bytes, 4, 4) + 8;
        if (length != bytes.length && length + 1 != bytes.length) {
            throw new RefusedPictureException("it is a WebP picture that is not complete");
        }
        if (starts(bytes, 12, ascii("VP8X"))) {
            return new Size((int) little(bytes, 24, 3) + 1, (int) little(bytes, 27, 3) + 1);
        }
        if (starts(bytes, 12, ascii("VP8L"))) {
            long bits = little(bytes, 21, 4);
            return new Size((int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1);
        }
        if (starts(bytes, 12, ascii("VP8 "))) {
            return new Size((int) little(bytes, 26, 2) & 0x3fff, (int) little(bytes, 28, 2) & 0x3fff);
        }
        throw new RefusedPictureException("it is a WebP picture without a size");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean starts(byte[] bytes, int from, byte[] with) {
        if (bytes.length < from + with.length) {
            return false;
        }
        for (int i = 0; i < with.length; i++) {
            if (bytes[from + i] != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static int at(byte[] bytes, int i) {
        return bytes[i] & 0xff;
    }

    private static int big(byte[] bytes, int from, int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | at(bytes, from + i);
        }
        return value;
    }

    private static long little(byte[] bytes, int from, int count) {
        long value = 0;
        for (int i = count - 1; i >= 0; i--) {
            value = value << 8 | at(bytes, from + i);
        }
        return value;
    }
}
