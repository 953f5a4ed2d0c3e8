package org.geometryos.compositor.tiles.world;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.tiles.TileSource;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;

/** The map as a source of tiles: ten complete levels below the first, a million tiles, of which none is kept. */
final class World implements TileSource {
    static final String NAME = "demo";
    /** Another map needs another one: browsers keep its pictures for ever. */
    static final long VERSION = 1;

    private static final int LEVELS = 10;
    private static final int PIXELS = 256;
    /** Where the middle lies on the canvas: where the pages begin. */
    private static final double MIDDLE = 819_200;

    private static final double SIZE = Math.scalb(2 * Land.REACH, -LEVELS);
    /** Below what an operator puts on the canvas. */
    private static final int ORDER = -1_000;

    private static final Tileset TILESET = new Tileset(
            NAME,
            MIDDLE - Land.REACH,
            MIDDLE - Land.REACH,
            SIZE,
            PIXELS,
            0,
            LEVELS,
            Optional.of(List.of(MIDDLE - Land.REACH, MIDDLE - Land.REACH, MIDDLE + Land.REACH, MIDDLE + Land.REACH)),
            TileSource.address(NAME),
            ORDER,
            1);

    private final TileTree pictures = TileTree.pyramid(0, 0, 0, LEVELS, VERSION);
    private final Painter painter = new Painter(new Land(), PIXELS);
    private final IndexedPng png = new IndexedPng(Colours.palette());

    @Override
    public Tileset tileset() {
        return TILESET;
    }

    @Override
    public TileTree pictures() {
        return pictures;
    }

    @Override
    public boolean onRequest() {
        return true;
    }

    @Override
    public InputStream open(int z, int x, int y, long stamp) {
        double side = TILESET.size(z);
        byte[] pixels = painter.paint(x * side - Land.REACH, y * side - Land.REACH, side / PIXELS);
        return new ByteArrayInputStream(png.write(pixels, PIXELS));
    }
}
