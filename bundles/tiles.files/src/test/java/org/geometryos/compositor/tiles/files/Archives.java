package org.geometryos.compositor.tiles.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** PMTiles archives of tests: as a writer makes them, or with what breaks a rule. */
final class Archives {
    static final int HEADER = 127;

    byte version = 3;
    byte packing = 2;
    byte tilePacking = 1;
    byte type = 2;
    /** Directories are what these make of them; null: of the entries. */
    byte[] root;

    byte[] leaves = {};
    long rootOffset = HEADER;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final List<long[]> entries = new ArrayList<>();

    /** Adds a picture of a run of tiles. */
    Archives tile(long number, int run, byte[] picture) {
        entries.add(new long[] {number, run, picture.length, data.size()});
        data.writeBytes(picture);
        return this;
    }

    /** Moves the entries so far into a leaf directory. */
    Archives leaf() {
        byte[] leaf = packed(directory(entries));
        long first = entries.get(0)[0];
        long[] named = {first, 0, leaf.length, leaves.length};
        byte[] both = java.util.Arrays.copyOf(leaves, leaves.length + leaf.length);
        System.arraycopy(leaf, 0, both, leaves.length, leaf.length);
        leaves = both;
        entries.clear();
        named(named);
        return this;
    }

    private final List<long[]> inRoot = new ArrayList<>();

    private void named(long[] entry) {
        inRoot.add(entry);
    }

    static byte[] directory(List<long[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(out, entries.size());
        long before = 0;
        for (long[] entry : entries) {
            number(out, entry[0] - before);
            before = entry[0];
        }
        entries.forEach(entry -> number(out, entry[1]));
        entries.forEach(entry -> number(out, entry[2]));
        long next = -1;
        for (long[] entry : entries) {
            number(out, entry[3] == next ? 0 : entry[3] + 1);
            next = entry[3] + entry[2];
        }
        return out.toByteArray();
    }

    static void number(ByteArrayOutputStream out, long value) {
        long left = value;
        for (; (left & ~0x7fL) != 0; left >>>= 7) {
            out.write((int) (left & 0x7f | 0x80));
        }
        out.write((int) left);
    }

    byte[] packed(byte[] bytes) {
        if (packing != 2) {
            return bytes;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    byte[] bytes() {
        List<long[]> all = new ArrayList<>(inRoot);
        all.addAll(entries);
        byte[] directory = root == null ? packed(directory(all)) : root;
        ByteBuffer out = ByteBuffer.allocate(HEADER + directory.length + leaves.length + data.size())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.put("PMTiles".getBytes(StandardCharsets.US_ASCII)).put(version);
        out.putLong(rootOffset).putLong(directory.length);
        out.putLong(0).putLong(0);
        out.putLong(HEADER + (long) directory.length).putLong(leaves.length);
        out.putLong(HEADER + (long) directory.length + leaves.length).putLong(data.size());
        out.position(97);
        out.put(packing).put(tilePacking).put(type);
        out.position(HEADER);
        out.put(directory).put(leaves).put(data.toByteArray());
        return out.array();
    }
}
