package org.geometryos.compositor.tiles.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;

/**
 * A PMTiles archive of pictures. Its directories are read again when the file has changed; until it is whole, what was
 * known stays. All its pictures have one stamp, the time of the file.
 */
final class PmtilesArchive implements Place {
    private final Path file;
    private final Tileset tileset;
    private final int most;
    private volatile Known known = new Known(new Mark(-1, -1), null, TileTree.EMPTY, "");

    /** What a file is told by. */
    private record Mark(long stamp, long size) {}

    /**
     * What was found at the last look.
     *
     * @param index null if there is none
     * @param problem why there is none
     */
    private record Known(Mark mark, PmtilesIndex index, TileTree tiles, String problem) {}

    /** @param most tiles */
    PmtilesArchive(Path file, Tileset tileset, int most) {
        this.file = file;
        this.tileset = tileset;
        this.most = most;
    }

    @Override
    public Tileset tileset() {
        return tileset;
    }

    @Override
    public TileTree pictures() throws IOException {
        Mark mark = mark();
        Known now = known;
        if (!now.mark.equals(mark)) {
            now = read(mark);
            known = now;
        }
        if (now.index == null) {
            throw new IOException(now.problem);
        }
        return now.tiles;
    }

    private Mark mark() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException("it is no file");
        }
        return new Mark(UnchangedFile.stamp(attributes), attributes.size());
    }

    /** What breaks a rule is not read again and again. */
    private Known read(Mark mark) throws IOException {
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            PmtilesIndex index = PmtilesIndex.read(in, most);
            TileTree tiles = index.tiles(mark.stamp);
            if (!mark().equals(mark)) {
                throw new IOException("it is being written");
            }
            return new Known(mark, index, tiles, "");
        } catch (PmtilesIndex.BrokenException e) {
            return new Known(mark, null, TileTree.EMPTY, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public InputStream open(int z, int x, int y, long stamp) throws IOException {
        Known now = known;
        if (now.index == null) {
            throw new IOException("the archive is not read");
        }
        PmtilesIndex.Part part = now.index.part(z, x, y).orElseThrow(() -> new IOException("there is no such picture"));
        SeekableByteChannel in = Files.newByteChannel(file);
        try {
            in.position(part.offset());
            return UnchangedFile.of(new Section(Channels.newInputStream(in), part.length()), this::stamp, stamp);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** Also of the size: a file that was cut short has no pictures, whatever its time says. */
    private long stamp() throws IOException {
        Mark mark = mark();
        return mark.size == known.mark.size ? mark.stamp : -1;
    }

    /** So many bytes of a stream. */
    private static final class Section extends FilterInputStream {
        private int left;

        private Section(InputStream in, int length) {
            super(in);
            left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int from, int count) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = super.read(to, from, Math.min(count, left));
            if (n < 0) {
                throw new IOException("the archive ends within the picture");
            }
            left -= n;
            return n;
        }
    }
}
