package org.geometryos.compositor.protocol.codec;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.protocol.ServerMessage;

/** Makes what is about tiles of {@link Fields}; throws as {@link Reader} does. */
final class TileReader {
    /** A tile: level, column, row and version. */
    private static final int NUMBERS = 4;

    private TileReader() {}

    static TileOp op(Fields f) {
        String op = f.word("op", List.of("declare", "drop", "put", "remove"));
        return switch (op) {
            case "declare" -> new TileOp.Declare(f.object("tileset", TileReader::tileset));
            case "drop" -> new TileOp.Drop(f.text("tileset"));
            case "put" -> new TileOp.Put(f.text("tileset"), tiles(f, NUMBERS));
            default -> new TileOp.Remove(f.text("tileset"), tiles(f, NUMBERS - 1));
        };
    }

    static ServerMessage.TilesState state(Fields f) {
        return new ServerMessage.TilesState(
                f.count("revision"),
                f.objects("tilesets", TileReader::layer),
                f.get("following") == null ? 0 : (int) f.integer("following", 0, Integer.MAX_VALUE));
    }

    private static TileLayer layer(Fields f) {
        return new TileLayer(tileset(f), f.get("tree") == null ? TileTree.EMPTY : tree(f));
    }

    private static Tileset tileset(Fields f) {
        double[] origin = f.get("origin") == null ? new double[2] : f.numbers("origin", 2);
        Optional<List<Double>> bounds = f.get("bounds") == null ? Optional.empty() : Optional.of(f.numbers("bounds"));
        return new Tileset(
                f.text("id"),
                origin[0],
                origin[1],
                f.number("size"),
                whole(f, "pixels"),
                f.get("minZoom") == null ? 0 : whole(f, "minZoom"),
                whole(f, "maxZoom"),
                bounds,
                f.text("address"),
                f.get("order") == null ? 0 : whole(f, "order"),
                f.optionalNumber("opacity").orElse(1));
    }

    private static int whole(Fields f, String name) {
        return (int) f.integer(name, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** Tiles one by one, or as a tree. */
    private static TileTree tiles(Fields f, int numbers) {
        if (f.get("tree") != null) {
            return tree(f);
        }
        TileTree tiles = TileTree.EMPTY;
        List<Object> list = f.list("tiles");
        for (int i = 0; i < list.size(); i++) {
            try {
                tiles = tiles.plus(tile(list.get(i), numbers));
            } catch (InvalidValueException e) {
                throw e.within("tiles[" + i + "]");
            }
        }
        return tiles;
    }

    private static TileTree tile(Object value, int numbers) {
        if (!(value instanceof List<?> list) || list.size() != numbers) {
            throw Fields.wrong("", value, "must be a list of " + numbers + " integers");
        }
        long[] tile = new long[NUMBERS];
        for (int i = 0; i < numbers; i++) {
            if (!(list.get(i) instanceof Long number)) {
                throw Fields.wrong("[" + i + "]", list.get(i), "must be an integer");
            }
            tile[i] = number;
        }
        return TileTree.tile(small(tile[0]), small(tile[1]), small(tile[2]), tile[3]);
    }

    /** What is too large for an int breaks the rule for a tile as -1 does. */
    private static int small(long number) {
        return number > Integer.MAX_VALUE ? -1 : (int) Math.max(number, -1);
    }

    private static TileTree tree(Fields f) {
        String text = f.text("tree");
        try {
            return TileTree.decode(Base64.getDecoder().decode(text));
        } catch (InvalidValueException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException("tree", text, "must be base64");
        }
    }
}
