package org.geometryos.compositor.tiles.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.health.GuardedLoop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One large picture, cut into tiles that are kept in the data folder: whoever starts again finds them. While another
 * picture is being cut, the tiles of the one before stay; all of them change together.
 */
final class LargePicture implements Place {
    private static final Logger LOG = LoggerFactory.getLogger(LargePicture.class);
    private static final String COMING = ".coming";
    /** Stamp, bytes, side of a tile, width and height. */
    private static final Pattern CUT = Pattern.compile("(\\d{1,16})-(\\d{1,19})-(\\d{2,4})-(\\d{1,7})x(\\d{1,7})");

    private static final long AGAIN = TimeUnit.MINUTES.toNanos(1);
    private static final long JOIN_MILLIS = 3_000;
    private static final int TENTHS = 10;

    private final Path file;
    private final Path folder;
    private final Tileset tileset;
    private final int most;
    private final int workBytes;
    private final GuardedLoop loop;

    /** The newest one that is cut, or null. */
    private volatile Cut known;
    /** The one before, whose tiles may still be asked for. */
    private volatile Cut before;
    /** What is to be cut, or null. */
    private volatile Mark wanted;

    private volatile PyramidCutter cutter;
    private volatile Problem problem = new Problem(null, "", false);

    // of the thread that looks
    private Mark seen;
    // of the thread that cuts
    private Mark cutting;
    private Path coming;
    private Grid grid;
    private int told;

    /** What a file is told by. */
    private record Mark(long stamp, long size) {}

    /** A picture whose tiles are there. */
    private record Cut(Mark mark, Grid grid, Path folder, TileTree tiles) {
        private Cut(Mark mark, Grid grid, Path folder) {
            this(mark, grid, folder, grid.tree(mark.stamp));
        }
    }

    /**
     * Why a file is not cut.
     *
     * @param lasting until it changes
     */
    private record Problem(Mark mark, String reason, boolean lasting) {}

    /**
     * @param folder for the tiles, of this tileset alone
     * @param most tiles
     * @param workBytes for a part of the picture in memory
     */
    LargePicture(Path file, Path folder, Tileset tileset, int most, int workBytes) {
        this.file = file;
        this.folder = folder;
        this.tileset = tileset;
        this.most = most;
        this.workBytes = workBytes;
        known = newest();
        loop = GuardedLoop.of("compositor-cut-" + tileset.id(), this::turn).start();
    }

    @Override
    public Tileset tileset() {
        return tileset;
    }

    private Cut newest() {
        Cut newest = null;
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                Cut cut = cut(each);
                newest = cut != null && (newest == null || cut.mark.stamp > newest.mark.stamp) ? cut : newest;
            }
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            LOG.warn("tileset {}: what was cut cannot be found: {}", tileset.id(), e.toString());
        }
        return newest;
    }

    /** What a folder is by its name, or null. */
    private Cut cut(Path path) {
        Matcher parts = CUT.matcher(path.getFileName().toString());
        if (!parts.matches() || Integer.parseInt(parts.group(3)) != tileset.pixels()) {
            return null;
        }
        int width = Integer.parseInt(parts.group(4));
        int height = Integer.parseInt(parts.group(5));
        if (width < 1 || height < 1 || width > Grid.MOST_SIDE || height > Grid.MOST_SIDE) {
            return null;
        }
        Mark mark = new Mark(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)));
        return new Cut(mark, new Grid(width, height, tileset.pixels()), path);
    }

    @Override
    public Map<String, String> refused() {
        Problem now = problem;
        return now.mark == null ? Map.of() : Map.of(String.valueOf(file.getFileName()), now.reason);
    }

    @Override
    public OptionalDouble progress() {
        PyramidCutter now = cutter;
        return now == null ? OptionalDouble.empty() : OptionalDouble.of(now.progress());
    }

    /** As long as none is cut there are no tiles. */
    @Override
    public TileTree pictures() throws IOException {
        Mark mark = mark();
        // one that is being written is not cut
        boolean settled = mark.equals(seen);
        seen = mark;
        Cut now = known;
        if (settled && (now == null || !now.mark.equals(mark)) && !mark.equals(wanted)) {
            wanted = mark;
            loop.wake();
        }
        if (now == null && mark.equals(problem.mark)) {
            throw new IOException(problem.reason);
        }
        return now == null ? TileTree.EMPTY : now.tiles;
    }

    private Mark mark() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException("it is no file");
        }
        return new Mark(UnchangedFile.stamp(attributes), attributes.size());
    }

    @Override
    public InputStream open(int z, int x, int y, long stamp) throws IOException {
        for (Cut cut : new Cut[] {known, before}) {
            if (cut != null && cut.mark.stamp == stamp && cut.grid.has(z, x, y)) {
                return Files.newInputStream(PyramidCutter.file(cut.folder, z, x, y), LinkOption.NOFOLLOW_LINKS);
            }
        }
        throw new IOException("there is no such picture");
    }

    // ---- cutting

    /** Some of the work. */
    private long turn() {
        Mark mark = wanted;
        Cut now = known;
        Problem last = problem;
        if (mark == null || now != null && now.mark.equals(mark) || last.lasting && mark.equals(last.mark)) {
            return GuardedLoop.UNTIL_WOKEN;
        }
        try {
            if (cutter == null || !mark.equals(cutting)) {
                begin(mark);
            }
            if (cutter.step()) {
                end();
            }
            tell();
            return 0;
        } catch (LargeImage.RefusedImageException e) {
            problem = new Problem(mark, e.getMessage(), true);
            giveUp();
            return GuardedLoop.UNTIL_WOKEN;
        } catch (IOException e) {
            giveUp();
            if (loop.stopped()) {
                return GuardedLoop.UNTIL_WOKEN;
            }
            // what the disk says now it may not say later
            problem = new Problem(mark, "it cannot be cut now: " + e.getMessage(), false);
            return AGAIN;
        }
    }

    private void begin(Mark mark) throws IOException, LargeImage.RefusedImageException {
        giveUp();
        problem = new Problem(null, "", false);
        LargeImage image = new LargeImage(file, workBytes);
        try {
            grid = new Grid(image.width(), image.height(), tileset.pixels());
            if (grid.tiles() > most) {
                throw new LargeImage.RefusedImageException("it has " + image.width() + " x " + image.height()
                        + " pixels, which are " + grid.tiles() + " tiles; it may have at most " + most
                        + " (maxTiles)");
            }
            coming = folder.resolve(COMING);
            Files.createDirectories(coming);
            cutting = mark;
            told = 0;
            cutter = new PyramidCutter(image, grid, coming, workBytes);
        } catch (IOException | LargeImage.RefusedImageException | RuntimeException e) {
            image.close();
            throw e;
        }
        LOG.info(
                "tileset {}: a picture of {} x {} pixels is cut into {} tiles",
                tileset.id(),
                grid.width(),
                grid.height(),
                grid.tiles());
    }

    private void end() throws IOException {
        if (!mark().equals(cutting)) {
            throw new IOException("it has changed");
        }
        Path place = folder.resolve(
                cutting.stamp + "-" + cutting.size + "-" + grid.pixels() + "-" + grid.width() + "x" + grid.height());
        remove(place);
        Files.move(coming, place, StandardCopyOption.ATOMIC_MOVE);
        Cut old = known;
        before = old;
        known = new Cut(cutting, grid, place);
        closeCutter();
        removeBut(known, old);
        LOG.info("tileset {}: the picture is cut", tileset.id());
    }

    private void tell() {
        PyramidCutter now = cutter;
        if (now != null && (int) (now.progress() * TENTHS) > told) {
            told = (int) (now.progress() * TENTHS);
            LOG.info("tileset {}: {} % of the picture is cut", tileset.id(), told * TENTHS);
        }
    }

    /** Leaves nothing of what was being cut. */
    private void giveUp() {
        closeCutter();
        try {
            remove(folder.resolve(COMING));
        } catch (IOException e) {
            LOG.warn("tileset {}: what was cut cannot be removed: {}", tileset.id(), e.toString());
        }
    }

    private void closeCutter() {
        PyramidCutter old = cutter;
        cutter = null;
        if (old != null) {
            try {
                old.close();
            } catch (IOException e) {
                LOG.debug("tileset {}: the picture is not closed", tileset.id(), e);
            }
        }
    }

    private void removeBut(Cut one, Cut other) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.toList()) {
                if (!each.equals(one.folder) && (other == null || !each.equals(other.folder))) {
                    remove(each);
                }
            }
        }
    }

    /** With all in it; no link is followed. */
    private static void remove(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, IOException e) throws IOException {
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public void close(boolean gone) {
        loop.ask();
        PyramidCutter now = cutter;
        if (now != null) {
            now.abort();
        }
        if (!loop.stop(JOIN_MILLIS)) {
            LOG.warn("tileset {}: cutting did not end within {} ms", tileset.id(), JOIN_MILLIS);
            return;
        }
        giveUp();
        if (gone) {
            try {
                remove(folder);
            } catch (IOException e) {
                LOG.warn("tileset {}: what was cut cannot be removed: {}", tileset.id(), e.toString());
            }
        }
    }
}
