package org.geometryos.compositor.api.tiles;

import java.util.Arrays;

/** Writes a set of tiles as bits, the highest of a byte first. One thread. */
final class TileTreeWriter {
    private byte[] bytes = new byte[64];
    private long bits;
    private final Versions versions = new Versions();

    private TileTreeWriter() {}

    static byte[] encode(TileNode root) {
        TileTreeWriter writer = new TileTreeWriter();
        if (root != null) {
            writer.node(root);
        }
        return Arrays.copyOf(writer.bytes, (int) (writer.bits + 7 >> 3));
    }

    private void node(TileNode node) {
        if (!node.block()) {
            branch(node);
        } else if (node.farthest() == 0) {
            write(1, 1);
            version(node.own());
        } else {
            write(0, 2);
            gamma(node.farthest());
            version(node.own());
        }
    }

    private void branch(TileNode node) {
        write(1, 2);
        write(node.own() == TileNode.NONE ? 0 : 1, 1);
        for (int i = 0; i < TileNode.CHILDREN; i++) {
            write(node.child(i) == null ? 0 : 1, 1);
        }
        if (node.own() != TileNode.NONE) {
            version(node.own());
        }
        for (int i = 0; i < TileNode.CHILDREN; i++) {
            if (node.child(i) != null) {
                node(node.child(i));
            }
        }
    }

    private void version(long version) {
        long difference = Math.abs(version - versions.expected());
        int low = versions.lowBits();
        gamma((difference >> low) + 1);
        write(difference, low);
        if (difference > 0) {
            write(version > versions.expected() ? 1 : 0, 1);
        }
        versions.took(version);
    }

    /** As many zeros as the number has bits behind its first, then its bits. */
    private void gamma(long number) {
        int length = Long.SIZE - Long.numberOfLeadingZeros(number);
        write(0, length - 1);
        write(number, length);
    }

    /** @param count the low bits of the value that are written, at most 54 */
    private void write(long value, int count) {
        if (bits + count + 8 > 8L * bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        for (int left = count; left > 0; ) {
            int free = 8 - (int) (bits & 7);
            int n = Math.min(free, left);
            long part = value >>> left - n & (1L << n) - 1;
            bytes[(int) (bits >> 3)] |= (byte) (part << free - n);
            bits += n;
            left -= n;
        }
    }
}
