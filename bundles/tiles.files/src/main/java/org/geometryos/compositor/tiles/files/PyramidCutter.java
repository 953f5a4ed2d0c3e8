package org.geometryos.compositor.tiles.files;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Cuts a large picture into files {@code z/x/y}, step by step: the deepest level out of bands of the picture, as high
 * as the memory allows, and each level above out of the files of the one below. One thread; only {@link #progress} and
 * {@link #abort} may come from others.
 */
final class PyramidCutter implements Closeable {
    private final LargeImage image;
    private final Grid grid;
    private final Path folder;
    private final int tilesAcross;
    private final int tilesDown;
    private final long tiles;
    private int level = Grid.ZOOM;
    /** The next tile of the level that is not there. */
    private int column;

    private int row;
    private volatile long done;
    private volatile boolean aborted;

    /**
     * @param folder that the files go to; it is there, and empty
     * @param most memory for a band, bytes
     */
    PyramidCutter(LargeImage image, Grid grid, Path folder, int most) {
        this.image = image;
        this.grid = grid;
        this.folder = folder;
        tiles = grid.tiles();
        long line = (long) grid.pixels() * image.bytesPerPixel();
        long square = line * grid.pixels();
        tilesAcross = (int) Math.max(1, Math.min(grid.columns(level), most / square));
        tilesDown = (int) Math.max(1, Math.min(grid.rows(level), most / square / tilesAcross));
    }

    /** How much of the work is done, 0 to 1. Any thread. */
    double progress() {
        return (double) done / tiles;
    }

    /** Ends the step under way. Any thread. */
    void abort() {
        aborted = true;
        image.abort();
    }

    /**
     * Does some of the work.
     *
     * @return whether all of it is done
     */
    boolean step() throws IOException, LargeImage.RefusedImageException {
        if (level == Grid.ZOOM) {
            cutBand();
        } else {
            for (int x = 0; x < grid.columns(level); x++) {
                write(level, x, row, merged(x, row));
            }
            row++;
        }
        if (row >= grid.rows(level)) {
            row = 0;
            level--;
        }
        return level < grid.least();
    }

    private void cutBand() throws IOException, LargeImage.RefusedImageException {
        int columns = Math.min(tilesAcross, grid.columns(level) - column);
        int rows = Math.min(tilesDown, grid.rows(level) - row);
        int pixels = grid.pixels();
        Rectangle part = new Rectangle(
                column * pixels,
                row * pixels,
                Math.min(columns * pixels, grid.width() - column * pixels),
                Math.min(rows * pixels, grid.height() - row * pixels));
        checkAborted();
        BufferedImage band = image.read(part);
        checkAborted();
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++) {
                Pixels tile = new Pixels(pixels);
                tile.put(band, x * pixels, y * pixels, grid.widthOf(level, column + x), grid.heightOf(level, row + y));
                write(level, column + x, row + y, tile);
            }
        }
        column += columns;
        if (column >= grid.columns(level)) {
            column = 0;
            row += rows;
        }
    }

    private Pixels merged(int x, int y) throws IOException {
        Pixels all = new Pixels(grid.pixels());
        for (int i = 0; i < 4; i++) {
            int below = 2 * y + (i >> 1);
            int right = 2 * x + (i & 1);
            if (grid.has(level + 1, right, below)) {
                Pixels part = new Pixels(grid.pixels());
                BufferedImage image = read(level + 1, right, below);
                part.put(image, 0, 0, image.getWidth(), image.getHeight());
                all.half(part, (i & 1) == 1, i > 1);
            }
        }
        return all;
    }

    private BufferedImage read(int z, int x, int y) throws IOException {
        try {
            Path file = file(folder, z, x, y);
            byte[] bytes = Files.readAllBytes(file);
            return Pixels.decoded(new Picture(bytes, bytes[0] == (byte) 0xff ? "image/jpeg" : "image/png"));
        } catch (RuntimeException e) {
            throw new IOException("a tile that was cut cannot be read any more: " + e, e);
        }
    }

    /** What a tile lies in; its content says which form it is of. */
    static Path file(Path folder, int z, int x, int y) {
        return folder.resolve(z + "/" + x + "/" + y);
    }

    private void write(int z, int x, int y, Pixels tile) throws IOException {
        checkAborted();
        Path file = file(folder, z, x, y);
        Files.createDirectories(file.getParent());
        Files.write(file, tile.picture(image.jpeg()));
        done++;
    }

    private void checkAborted() throws IOException {
        if (aborted) {
            throw new IOException("it was not cut to the end");
        }
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
