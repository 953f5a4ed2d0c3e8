package org.geometryos.compositor.tiles.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.geometryos.compositor.api.tiles.TileTree;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PmtilesArchiveTest {
    private static final int MOST = 5_000;

    @TempDir
    private Path folder;

    private Path file;
    private PmtilesArchive archive;
    /** Each write gets a time of its own, so that the test does not depend on the clock. */
    private long time = 1_700_000_000_000L;

    @BeforeEach
    void begin() {
        file = folder.resolve("map.pmtiles");
        archive = new PmtilesArchive(file, Pictures.tileset("map", 20), MOST);
    }

    private void write(byte[] content) throws IOException {
        Files.write(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(++time));
    }

    private byte[] open(int z, int x, int y) throws IOException {
        try (InputStream in = archive.open(z, x, y, time)) {
            return in.readAllBytes();
        }
    }

    private void refused(Archives made, String reason) throws IOException {
        write(made.bytes());
        assertThatThrownBy(archive::pictures).isInstanceOf(IOException.class).hasMessageContaining(reason);
    }

    private static Archives some() {
        return new Archives().tile(0, 1, new byte[] {1}).tile(1, 4, new byte[] {2, 2});
    }

    private static byte[] raw(long... numbers) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (long number : numbers) {
            Archives.number(out, number);
        }
        return out.toByteArray();
    }

    @Test
    void itsTilesAreThoseOfAllDirectories() throws Exception {
        byte[] all = Pictures.png(9, 9, 1);
        write(new Archives()
                .tile(0, 1, new byte[] {1})
                .tile(1, 3, all)
                .leaf()
                .tile(5, 16, new byte[] {3, 3})
                .leaf()
                .tile(Hilbert.number(9, 300, 400), 1, new byte[] {4})
                .bytes());
        TileTree tiles = archive.pictures();
        assertThat(tiles.size()).isEqualTo(1 + 3 + 16 + 1);
        assertThat(tiles.version(9, 300, 400)).hasValue(time);
        assertThat(tiles.version(2, 3, 3)).hasValue(time);
        assertThat(tiles.version(1, 1, 0)).as("the fourth of that level").isEmpty();
        assertThat(open(1, 0, 1)).isEqualTo(all).isEqualTo(open(1, 1, 1));
        assertThat(open(2, 1, 2)).containsExactly(3, 3);
        assertThat(open(9, 300, 400)).containsExactly(4);
        assertThatThrownBy(() -> open(1, 1, 0)).hasMessageContaining("no such picture");
        assertThatThrownBy(() -> open(10, 0, 0)).hasMessageContaining("no such picture");
    }

    @Test
    void directoriesMayBeUnpacked() throws Exception {
        Archives made = some();
        made.packing = 1;
        write(made.bytes());
        assertThat(archive.pictures().size()).isEqualTo(5);
    }

    @Test
    void anotherFileIsReadAnewAndHasAnotherStamp() throws Exception {
        write(some().bytes());
        TileTree first = archive.pictures();
        assertThat(archive.pictures()).isSameAs(first);
        write(some().tile(5, 1, new byte[] {5}).bytes());
        assertThatThrownBy(() -> archive.open(0, 0, 0, time - 1)).hasMessageContaining("changed");
        assertThat(archive.pictures().size()).isEqualTo(6);
        assertThat(archive.pictures().version(0, 0, 0)).hasValue(time);
        Files.delete(file);
        assertThatThrownBy(archive::pictures).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> open(0, 0, 0)).isInstanceOf(IOException.class);
    }

    @Test
    void aPictureOfAFileThatIsWrittenMeanwhileDoesNotCount() throws Exception {
        write(some().bytes());
        archive.pictures();
        try (InputStream in = archive.open(1, 0, 0, time)) {
            assertThat(in.read()).isEqualTo(2);
            Files.setLastModifiedTime(file, FileTime.fromMillis(time + 1));
            assertThatThrownBy(in::readAllBytes).hasMessageContaining("changed");
        }
    }

    @Test
    void whatBreaksARuleIsRefusedWithTheValue() throws Exception {
        write(new byte[100]);
        assertThatThrownBy(archive::pictures).hasMessageContaining("at least 127 bytes, not 100");
        write(new byte[200]);
        assertThatThrownBy(archive::pictures).hasMessageContaining("must begin with PMTiles");
        refused(with(made -> made.version = 2), "version must be 3, not 2");
        refused(with(made -> made.type = 1), "PNG, JPEG or WebP, not 1 (vector)");
        refused(with(made -> made.type = (byte) 200), "not 200");
        refused(with(made -> made.packing = 4), "not 4 (zstd)");
        refused(with(made -> made.tilePacking = 2), "not 2 (gzip)");
        refused(with(made -> made.rootOffset = 1L << 40), "the root directory must lie in the");
        refused(with(made -> made.rootOffset = -1), "the root directory must lie in the");
        refused(with(made -> made.root = new byte[] {31, 9}), "whole gzip data");
        refused(root(), "within a number");
        refused(root(0), "must have 1 to");
        refused(root(3, 1, 1, 1), "must have 1 to");
        refused(root(1, 0, 1, 1, 1, 7), "must end with its last entry");
        refused(root(2, 3, 0, 1, 1, 1, 1, 1, 2), "must rise");
        refused(root(2, 0, 1, 2, 1, 1, 1, 1, 1), "must rise");
        refused(root(1, 0, 1, 0, 1), "must have 1 to 2147483647 bytes, not 0");
        refused(root(1, 0, 1, 4, 1), "the picture of tile 0 must lie in the 3 bytes");
        refused(root(1, 0, 1, 1, 0), "the picture of tile 0 must lie in the 3 bytes");
        refused(root(1, 0, MOST + 1, 1, 1), "more than 5000 tiles");
        refused(root(1, Hilbert.above(31), 1, 1, 1), "below level 30");
        refused(root(1, Long.MAX_VALUE, 1, 1, 1), "below level 30");
        refused(root(1, 0, 0, 1, 1), "the directory from tile 0 on must lie in the 0 bytes");
        refused(root(1, 0, 0, 5 << 20, 1), "a directory must have at most");
        byte[] endless = {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1};
        refused(with(made -> made.root = made.packed(endless)), "below 2^63");
    }

    private static Archives with(Consumer<Archives> change) {
        Archives made = some();
        change.accept(made);
        return made;
    }

    private static Archives root(long... numbers) {
        return with(made -> made.root = made.packed(raw(numbers)));
    }

    @Test
    void aDirectoryThatNamesItselfHasAnEnd() throws Exception {
        Archives made = some();
        made.packing = 1;
        byte[] leaf = Archives.directory(List.of(new long[] {0, 0, 5, 0}));
        made.leaves = leaf;
        made.root = Archives.directory(List.of(new long[] {0, 0, leaf.length, 0}));
        assertThat(leaf).hasSize(5);
        refused(made, "directories must lie at most 4 deep");
    }

    @Test
    void aSmallFileDoesNotUnpackToALargeOne() throws Exception {
        Archives made = some();
        made.root = made.packed(new byte[10 << 20]);
        assertThat(made.root.length).isLessThan(16_000);
        refused(made, "must have at most 4194304 bytes when it is unpacked");
    }

    @Test
    void whatBreaksARuleIsNotReadAgainUntilItChanges() throws Exception {
        refused(with(made -> made.version = 4), "not 4");
        assertThatThrownBy(archive::pictures).hasMessageContaining("not 4");
        write(some().bytes());
        assertThat(archive.pictures().size()).isEqualTo(5);
    }

    /** Whatever is in it: it is read, or refused with a reason. */
    @Test
    void damagedFilesAreReadOrRefused() throws Exception {
        Random random = new Random(1);
        Archives made = some();
        made.packing = 1;
        byte[] whole = made.leaf().tile(7, 9, new byte[] {9}).bytes();
        for (int i = 0; i < 3_000; i++) {
            byte[] damaged = Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
            for (int n = random.nextInt(4); n >= 0 && damaged.length > 0; n--) {
                // half of them in directories
                int at = random.nextBoolean() ? random.nextInt(damaged.length) : Archives.HEADER + random.nextInt(30);
                damaged[Math.min(damaged.length - 1, at)] = (byte) random.nextInt(256);
            }
            write(damaged);
            try {
                assertThat(archive.pictures().size()).isLessThanOrEqualTo(MOST);
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }
}
