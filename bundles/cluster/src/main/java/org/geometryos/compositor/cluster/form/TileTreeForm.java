package org.geometryos.compositor.cluster.form;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import org.geometryos.compositor.api.tiles.TileTree;

/** In its own form, in parts that are short. */
final class TileTreeForm implements Form<TileTree> {
    private static final int PART = 500_000;
    private static final int MOST_PARTS = 10_000;

    @Override
    public void write(TileTree value, DataOutput to) throws IOException {
        List<TileTree> parts = value.split(PART);
        to.writeInt(parts.size());
        for (TileTree part : parts) {
            Forms.writeBytes(to, part.encode());
        }
    }

    @Override
    public TileTree read(DataInput from) throws IOException {
        int parts = from.readInt();
        if (parts < 0 || parts > MOST_PARTS) {
            throw new UnknownFormException("a set of tiles has at most " + MOST_PARTS + " parts, not " + parts);
        }
        TileTree tiles = TileTree.EMPTY;
        for (int i = 0; i < parts; i++) {
            tiles = tiles.plus(TileTree.decode(Forms.readBytes(from)));
        }
        return tiles;
    }
}
