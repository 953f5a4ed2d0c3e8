package org.geometryos.compositor.tiles.files;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.attribute.BasicFileAttributes;
import org.geometryos.compositor.api.tiles.TileTree;

/** The bytes of a file that count only if its stamp is at their end what it was: who writes it changes that. */
final class UnchangedFile extends FilterInputStream {
    private final Stamp stamp;
    private final long expected;

    /** What a file is told by, at present. */
    @FunctionalInterface
    interface Stamp {
        long now() throws IOException;
    }

    private UnchangedFile(InputStream in, Stamp stamp, long expected) {
        super(in);
        this.stamp = stamp;
        this.expected = expected;
    }

    /**
     * @param in is closed if the stamp is another
     * @throws IOException if it is; reading to the end may throw it, too
     */
    static InputStream of(InputStream in, Stamp stamp, long expected) throws IOException {
        UnchangedFile file = new UnchangedFile(in, stamp, expected);
        try {
            file.check();
            return file;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** When a file was written, milliseconds since the Unix epoch, as the version of a tile can be. */
    static long stamp(BasicFileAttributes attributes) {
        return Math.max(
                0, Math.min(TileTree.MAX_VERSION, attributes.lastModifiedTime().toMillis()));
    }

    private void check() throws IOException {
        if (stamp.now() != expected) {
            throw new IOException("it has changed");
        }
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        if (value < 0) {
            check();
        }
        return value;
    }

    @Override
    public int read(byte[] to, int from, int most) throws IOException {
        int n = super.read(to, from, most);
        if (n < 0) {
            check();
        }
        return n;
    }
}
