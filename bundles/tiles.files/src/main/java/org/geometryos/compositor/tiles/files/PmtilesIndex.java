package org.geometryos.compositor.tiles.files;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.geometryos.compositor.api.tiles.TileTree;

/**
 * Where the pictures of a PMTiles archive lie, version 3: its header and directories, read and checked as a whole. What
 * breaks a rule is refused with the value and the rule, before memory is taken for it. Immutable.
 */
final class PmtilesIndex {
    private static final int HEADER = 127;
    /** Header and root directory lie in so many bytes at the beginning. */
    private static final int BEGINNING = 16_384;

    /** Bytes of a directory, packed and unpacked. */
    private static final int MOST_DIRECTORY = 4 << 20;
    /** A directory may name others, and so on. */
    private static final int DEPTH = 4;
    /** An entry has four numbers, of one to nine bytes each. */
    private static final int LEAST_ENTRY = 4;

    private static final int MOST_ENTRY = 36;
    private static final int NUMBER_BITS = 63;
    private static final byte[] MAGIC = "PMTiles".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 3;
    private static final int NONE = 1;
    private static final int GZIP = 2;
    private static final List<String> COMPRESSIONS = List.of("unknown", "none", "gzip", "brotli", "zstd");
    private static final List<String> TYPES = List.of("unknown", "vector", "PNG", "JPEG", "WebP", "AVIF");
    private static final int FIRST_PICTURE = 2;
    private static final int LAST_PICTURE = 4;

    /** The first tile of each run of tiles with one picture, ascending. */
    private long[] first = new long[64];

    private int[] runs = new int[64];
    private long[] offsets = new long[64];
    private int[] lengths = new int[64];
    private int size;
    private long tiles;

    /** The archive breaks a rule; the message says which, and with what. */
    static final class BrokenException extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenException(String reason) {
            super(reason);
        }
    }

    /** Where a picture lies in the file. */
    record Part(long offset, int length) {}

    /** A part of the file, by what the header calls it. */
    private record Section(String name, long offset, long length) {

        /** @throws BrokenException if it does not lie in so many bytes */
        Section within(long bytes) throws BrokenException {
            if (offset < 0 || length < 0 || offset > bytes || length > bytes - offset) {
                throw new BrokenException(
                        name + " must lie in the " + bytes + " bytes, not at " + offset + " with " + length + " bytes");
            }
            return this;
        }

        Section part(String what, long at, long bytes) throws BrokenException {
            new Section(what, at, bytes).within(length);
            return new Section(what, offset + at, bytes);
        }
    }

    private PmtilesIndex() {}

    /**
     * @param most tiles that it may have
     * @throws BrokenException if it breaks a rule
     * @throws IOException if it cannot be read now
     */
    static PmtilesIndex read(SeekableByteChannel file, int most) throws IOException {
        PmtilesIndex index = new PmtilesIndex();
        new Reading(file, most, index).read();
        index.first = Arrays.copyOf(index.first, index.size);
        index.runs = Arrays.copyOf(index.runs, index.size);
        index.offsets = Arrays.copyOf(index.offsets, index.size);
        index.lengths = Arrays.copyOf(index.lengths, index.size);
        return index;
    }

    private void add(long number, int run, Section part) {
        if (size == first.length) {
            first = Arrays.copyOf(first, 2 * size);
            runs = Arrays.copyOf(runs, 2 * size);
            offsets = Arrays.copyOf(offsets, 2 * size);
            lengths = Arrays.copyOf(lengths, 2 * size);
        }
        first[size] = number;
        runs[size] = run;
        offsets[size] = part.offset;
        lengths[size] = (int) part.length;
        size++;
        tiles += run;
    }

    /** All tiles, with one stamp. */
    TileTree tiles(long stamp) {
        TileTree all = TileTree.EMPTY;
        for (int i = 0; i < size; i++) {
            for (long number = first[i]; number < first[i] + runs[i]; number++) {
                all = all.plus(Hilbert.place(number, (z, x, y) -> TileTree.tile(z, x, y, stamp)));
            }
        }
        return all;
    }

    Optional<Part> part(int z, int x, int y) {
        long number = Hilbert.number(z, x, y);
        int at = Arrays.binarySearch(first, number);
        int i = at >= 0 ? at : -at - 2;
        return i >= 0 && number < first[i] + runs[i] ? Optional.of(new Part(offsets[i], lengths[i])) : Optional.empty();
    }

    private static final class Reading {
        private final SeekableByteChannel file;
        private final int most;
        private final PmtilesIndex index;
        /** What directories may still take, packed or unpacked. */
        private long budget;

        private boolean packed;
        private Section leaves;
        private Section data;
        /** Numbers below are done with. */
        private long next;

        Reading(SeekableByteChannel file, int most, PmtilesIndex index) {
            this.file = file;
            this.most = most;
            this.index = index;
            this.budget = (long) MOST_ENTRY * 2 * most + BEGINNING;
        }

        void read() throws IOException {
            long size = file.size();
            if (size < HEADER) {
                throw new BrokenException("a PMTiles archive must have at least " + HEADER + " bytes, not " + size);
            }
            ByteBuffer header =
                    ByteBuffer.wrap(bytes(new Section("the header", 0, HEADER))).order(ByteOrder.LITTLE_ENDIAN);
            if (!Arrays.equals(Arrays.copyOf(header.array(), MAGIC.length), MAGIC)) {
                throw new BrokenException("it must begin with PMTiles");
            }
            if (header.get(7) != VERSION) {
                throw new BrokenException("its version must be " + VERSION + ", not " + (header.get(7) & 0xff));
            }
            int type = header.get(99) & 0xff;
            if (type < FIRST_PICTURE || type > LAST_PICTURE) {
                throw new BrokenException("its tiles must be PNG, JPEG or WebP, not " + word(TYPES, type));
            }
            int inner = header.get(97) & 0xff;
            if (inner != NONE && inner != GZIP) {
                throw new BrokenException(
                        "its directories must be packed by gzip or not at all, not " + word(COMPRESSIONS, inner));
            }
            if (header.get(98) != NONE) {
                throw new BrokenException(
                        "its tiles must not be packed once more, not " + word(COMPRESSIONS, header.get(98) & 0xff));
            }
            packed = inner == GZIP;
            Section root = section("the root directory", header, 8).within(Math.min(size, BEGINNING));
            leaves = section("the part of the leaf directories", header, 40).within(size);
            data = section("the part of the tiles", header, 56).within(size);
            directory(root, 1);
        }

        private static String word(List<String> words, int value) {
            return value + (value < words.size() ? " (" + words.get(value) + ")" : "");
        }

        private static Section section(String name, ByteBuffer header, int at) {
            return new Section(name, header.getLong(at), header.getLong(at + Long.BYTES));
        }

        private byte[] bytes(Section section) throws IOException {
            ByteBuffer to = ByteBuffer.allocate((int) section.length);
            file.position(section.offset);
            while (to.hasRemaining()) {
                if (file.read(to) < 0) {
                    throw new BrokenException("it ends before the end of " + section.name);
                }
            }
            return to.array();
        }

        private void directory(Section section, int depth) throws IOException {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("it was not read to the end");
            }
            ByteBuffer in = ByteBuffer.wrap(unpacked(section));
            long count = number(in);
            if (count < 1 || count > in.remaining() / LEAST_ENTRY) {
                throw new BrokenException(section.name + " must have 1 to " + in.remaining() / LEAST_ENTRY
                        + " entries in its bytes, not " + count);
            }
            int n = (int) count;
            long[] numbers = new long[n];
            long number = 0;
            for (int i = 0; i < n; i++) {
                long step = number(in);
                number = step > Long.MAX_VALUE - number ? Long.MAX_VALUE : number + step;
                numbers[i] = number;
            }
            long[] runs = numbers(in, n);
            long[] lengths = numbers(in, n);
            long[] offsets = numbers(in, n);
            if (in.hasRemaining()) {
                throw new BrokenException(
                        section.name + " must end with its last entry, not " + in.remaining() + " bytes behind it");
            }
            for (int i = 0; i < n; i++) {
                long offset = offsets[i] > 0 ? offsets[i] - 1 : i > 0 ? offsets[i - 1] + lengths[i - 1] : -1;
                // of those that follow, what they begin with
                offsets[i] = offset;
                entry(numbers[i], runs[i], offset, lengths[i], depth);
            }
        }

        private static long[] numbers(ByteBuffer in, int n) throws IOException {
            long[] numbers = new long[n];
            for (int i = 0; i < n; i++) {
                numbers[i] = number(in);
            }
            return numbers;
        }

        private void entry(long number, long run, long offset, long length, int depth) throws IOException {
            if (number < next) {
                throw new BrokenException("the numbers of tiles must rise: " + number + " follows " + (next - 1));
            }
            if (length < 1 || length > Integer.MAX_VALUE) {
                throw new BrokenException("the entry of tile " + number + " must have 1 to " + Integer.MAX_VALUE
                        + " bytes, not " + length);
            }
            if (run > 0) {
                if (run > most - index.tiles) {
                    throw new BrokenException("it has more than " + most + " tiles (maxFiles)");
                }
                if (number > Hilbert.above(TileTree.MAX_ZOOM + 1) - run) {
                    throw new BrokenException("tile " + number + " must not lie below level " + TileTree.MAX_ZOOM);
                }
                next = number + run;
                index.add(number, (int) run, data.part("the picture of tile " + number, offset, length));
                return;
            }
            if (depth == DEPTH) {
                throw new BrokenException("directories must lie at most " + DEPTH + " deep");
            }
            if (length > MOST_DIRECTORY) {
                throw new BrokenException("a directory must have at most " + MOST_DIRECTORY + " bytes, not " + length);
            }
            next = number;
            directory(leaves.part("the directory from tile " + number + " on", offset, length), depth + 1);
        }

        private byte[] unpacked(Section section) throws IOException {
            byte[] bytes = bytes(section);
            if (packed) {
                try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                    // one byte more says that there are more
                    bytes = in.readNBytes(MOST_DIRECTORY + 1);
                } catch (IOException e) {
                    throw new BrokenException(section.name + " must be whole gzip data: " + e.getMessage());
                }
            }
            if (bytes.length > MOST_DIRECTORY) {
                throw new BrokenException(
                        section.name + " must have at most " + MOST_DIRECTORY + " bytes when it is unpacked");
            }
            // what unpacks to nothing takes time all the same
            budget -= Math.max(bytes.length, section.length);
            if (budget < 0) {
                throw new BrokenException(
                        "its directories are larger than those of " + most + " tiles (maxFiles) can be");
            }
            return bytes;
        }

        /** Seven bits a byte, the lowest first. */
        private static long number(ByteBuffer in) throws IOException {
            long value = 0;
            for (int bits = 0; bits < NUMBER_BITS; bits += 7) {
                if (!in.hasRemaining()) {
                    throw new BrokenException("a directory must not end within a number");
                }
                byte part = in.get();
                value |= (long) (part & 0x7f) << bits;
                if (part >= 0) {
                    return value;
                }
            }
            throw new BrokenException("a number in a directory must be below 2^" + NUMBER_BITS);
        }
    }
}
