package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.protocol.ServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots of what a shard knows of the journal, encoded. One thread at a time. */
final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    /**
     * What a snapshot may take, so that the message stays below 1 MiB: walls and tiles that do not fit follow as
     * messages of their own, displays that do not fit are left out; the limits on cameras and models see to theirs.
     */
    private static final int SNAPSHOT_BYTES = 1_000_000;

    /** The name and the marks of the field that holds walls. */
    private static final int WALLS_FIELD = 16;

    private static final long LEFT_OUT_TOLD = TimeUnit.MINUTES.toNanos(1);

    private final JournalState state;
    private final Areas areas;
    private final TileEncodings encodings;
    private final LongSupplier nanos;
    /** The last one, for whoever asks for the same at the same position. */
    private Key lastKey;

    private List<byte[]> last;
    private long leftOutTold;

    Snapshots(JournalState state, Areas areas, TileEncodings encodings, LongSupplier nanos) {
        this.state = state;
        this.encodings = encodings;
        this.areas = areas;
        this.nanos = nanos;
        this.leftOutTold = nanos.getAsLong() - LEFT_OUT_TOLD;
    }

    /** Holds the last one no longer. */
    void forget() {
        lastKey = null;
        last = null;
        encodings.forget();
    }

    /** What of all tiles a subscription wants. */
    Tiles tiles(Subscription wanted) {
        return areas.cut(wanted);
    }

    /**
     * The snapshot, and messages that belong to it. Encoded once for all that ask for the same at the same position; a
     * link that does not take all of it refers to the same bytes.
     */
    List<byte[]> encode(CodecRef codec, Subscription wanted, Subscription had, boolean all) {
        Key key = new Key(
                codec.codec().subprotocol(),
                codec.generation(),
                wanted,
                had,
                areas.version(wanted),
                all,
                state.journal().epoch(),
                state.position());
        if (!key.equals(lastKey)) {
            List<byte[]> messages = new ArrayList<>();
            List<byte[]> behind = new ArrayList<>();
            messages.add(codec.codec().encode(snapshotMessage(codec, wanted, had, all, behind)));
            messages.addAll(behind);
            last = messages;
            lastKey = key;
        }
        return last;
    }

    /** @param behind gets walls and tiles for which the message has no room */
    private ServerMessage.Snapshot snapshotMessage(
            CodecRef codec, Subscription wanted, Subscription had, boolean all, List<byte[]> behind) {
        List<ServerMessage.Camera> cameras = new ArrayList<>();
        state.views().forEach((camera, entry) -> {
            if (wanted.wants(camera) && !had.wants(camera)) {
                cameras.add(CodecRef.camera(entry));
            }
        });
        List<ServerMessage.Control> control = new ArrayList<>();
        state.holders().forEach((camera, entry) -> {
            if (wanted.wants(camera) && !had.wants(camera)) {
                control.add((ServerMessage.Control) CodecRef.message(entry, Extent.WHOLE));
            }
        });
        Optional<ServerMessage.SceneState> models = wanted.scene() && !had.scene()
                ? Optional.of(new ServerMessage.SceneState(
                        state.scene().revision(),
                        state.scene().models(),
                        state.scene().selected()))
                : Optional.empty();
        ServerMessage.Snapshot bare = new ServerMessage.Snapshot(
                state.journal().epoch(), state.position(), all, cameras, control, models, Optional.empty());
        boolean asksForWalls = wanted.allWalls() || !wanted.walls().isEmpty();
        boolean asksForDisplays = wanted.presence() && !had.presence();
        boolean asksForTiles = wanted.tiles() && !(had.tiles() && had.near().equals(wanted.near()));
        if (!asksForWalls && !asksForDisplays && !asksForTiles) {
            return bare;
        }
        int room = SNAPSHOT_BYTES - codec.codec().encode(bare).length;
        Optional<TileParts> tiles = Optional.empty();
        if (asksForTiles) {
            TileParts parts = TileParts.of(tiles(wanted), encodings, room);
            room -= parts.taken();
            parts.behind().forEach(op -> behind.add(codec.codec().encode(tilesBehind(op))));
            tiles = Optional.of(parts);
        }
        Optional<List<ServerMessage.Wall>> walls = Optional.empty();
        if (asksForWalls) {
            List<ServerMessage.Wall> fit = new ArrayList<>();
            room -= addWalls(codec, wanted, had, room, fit, behind);
            walls = Optional.of(fit);
        }
        return new ServerMessage.Snapshot(
                state.journal().epoch(),
                state.position(),
                all,
                cameras,
                control,
                models,
                asksForDisplays ? Optional.of(presentDisplays(codec, room)) : Optional.empty(),
                walls,
                tiles.map(TileParts::within));
    }

    /** A part of a set that has no room in the snapshot. */
    private ServerMessage.Tiles tilesBehind(TileOp.Put part) {
        return new ServerMessage.Tiles(
                state.position(),
                List.of(part),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    /**
     * Adds the walls that are newly wanted.
     *
     * @param fit gets those that fit into the room
     * @param behind gets the others, encoded
     * @return how much of the room is taken
     */
    private int addWalls(
            CodecRef codec,
            Subscription wanted,
            Subscription had,
            int room,
            List<ServerMessage.Wall> fit,
            List<byte[]> behind) {
        int taken = WALLS_FIELD;
        for (Map.Entry<String, Entry> wall : state.walls().entrySet()) {
            if (!wanted.wantsWall(wall.getKey()) || had.wantsWall(wall.getKey())) {
                continue;
            }
            byte[] encoded = codec.encode(wall.getValue(), Extent.WHOLE);
            if (taken + encoded.length + 1 > room) {
                behind.add(encoded);
            } else {
                taken += encoded.length + 1;
                fit.add((ServerMessage.Wall) CodecRef.message(wall.getValue(), Extent.WHOLE));
            }
        }
        return taken;
    }

    /**
     * Those that are there, the earliest first, as far as they fit: a message stays below its limit however many there
     * are.
     */
    private List<ServerMessage.Display> presentDisplays(CodecRef codec, int room) {
        List<ServerMessage.Display> displays = new ArrayList<>(state.present().size());
        int bytes = 0;
        for (Entry entry : state.present()) {
            bytes += codec.encode(entry, Extent.WHOLE).length + 1;
            if (bytes > room) {
                leftOut(displays.size());
                break;
            }
            displays.add((ServerMessage.Display) CodecRef.message(entry, Extent.WHOLE));
        }
        return displays;
    }

    private void leftOut(int fit) {
        long now = nanos.getAsLong();
        if (now - leftOutTold >= LEFT_OUT_TOLD) {
            leftOutTold = now;
            LOG.warn(
                    "{} of {} displays fit into a snapshot; the others are left out",
                    fit,
                    state.present().size());
        }
    }

    /** What a snapshot says follows from this. */
    private record Key(
            String codec,
            long generation,
            Subscription wanted,
            Subscription had,
            long region,
            boolean all,
            String epoch,
            long position) {
        Key {
            wanted = content(wanted);
            had = content(had);
        }

        /** The same subscription without what makes no difference to a snapshot. */
        private static Subscription content(Subscription s) {
            return s.every() || s.rate().isPresent() || !s.echo()
                    ? new Subscription(
                            s.cameras(), s.walls(), s.topics(), Delivery.LATEST, OptionalDouble.empty(), true, s.near())
                    : s;
        }
    }
}
