package org.geometryos.compositor.tiles.world;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes square pictures of at most 256 colours as PNG, without the desktop module of Java. */
final class IndexedPng {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int BLOCK = 8_192;

    private final byte[] colours;
    private final byte[] opacities;

    /** @param palette colours as 0xAARRGGBB */
    IndexedPng(int[] palette) {
        ByteBuffer rgb = ByteBuffer.allocate(palette.length * 3);
        opacities = new byte[palette.length];
        for (int i = 0; i < palette.length; i++) {
            rgb.put((byte) (palette[i] >> 16)).put((byte) (palette[i] >> 8)).put((byte) palette[i]);
            opacities[i] = (byte) (palette[i] >>> 24);
        }
        colours = rgb.array();
    }

    /** @param pixels an index of the palette each, row by row */
    byte[] write(byte[] pixels, int side) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(SIGNATURE);
        byte[] head = ByteBuffer.allocate(13)
                .putInt(side)
                .putInt(side)
                .put(new byte[] {8, 3, 0, 0, 0})
                .array();
        chunk(out, "IHDR", head);
        chunk(out, "PLTE", colours);
        chunk(out, "tRNS", opacities);
        chunk(out, "IDAT", packed(pixels, side));
        chunk(out, "IEND", new byte[0]);
        return out.toByteArray();
    }

    private static byte[] packed(byte[] pixels, int side) {
        byte[] rows = new byte[(side + 1) * side];
        for (int y = 0; y < side; y++) {
            // before each row: it is not filtered
            System.arraycopy(pixels, y * side, rows, y * (side + 1) + 1, side);
        }
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(rows);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] block = new byte[BLOCK];
            while (!deflater.finished()) {
                out.write(block, 0, deflater.deflate(block));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static void chunk(ByteArrayOutputStream out, String name, byte[] data) {
        byte[] body = ByteBuffer.allocate(4 + data.length)
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .array();
        CRC32 sum = new CRC32();
        sum.update(body);
        out.writeBytes(number(data.length));
        out.writeBytes(body);
        out.writeBytes(number((int) sum.getValue()));
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }
}
