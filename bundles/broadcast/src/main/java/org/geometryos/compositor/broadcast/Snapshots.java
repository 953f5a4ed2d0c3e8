package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.connection.Delivery;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.protocol.ServerMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Snapshots of what a shard knows of the journal, encoded. One thread at a time. */
final class Snapshots {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);
    /**
     * What a snapshot may take, so that the message stays below 1 MiB: displays that do not fit are left out; the
     * limits on cameras and models see to theirs.
     */
    private static final int SNAPSHOT_BYTES = 1_000_000;

    private static final long LEFT_OUT_TOLD = TimeUnit.MINUTES.toNanos(1);

    private final JournalState state;
    private final LongSupplier nanos;
    /** The last one, for whoever asks for the same at the same position. */
    private Key lastKey;

    private byte[] last;
    private long leftOutTold;

    Snapshots(JournalState state, LongSupplier nanos) {
        this.state = state;
        this.nanos = nanos;
        this.leftOutTold = nanos.getAsLong() - LEFT_OUT_TOLD;
    }

    /** Holds the last one no longer. */
    void forget() {
        lastKey = null;
        last = null;
    }

    /**
     * Encoded once for all that ask for the same at the same position; a link that does not take all of it refers to
     * the same bytes.
     */
    byte[] encode(CodecRef codec, Subscription wanted, Subscription had, boolean all) {
        Key key = new Key(
                codec.codec().subprotocol(),
                codec.generation(),
                wanted,
                had,
                all,
                state.journal().epoch(),
                state.position());
        if (!key.equals(lastKey)) {
            last = codec.codec().encode(snapshotMessage(codec, wanted, had, all));
            lastKey = key;
        }
        return last;
    }

    private ServerMessage.Snapshot snapshotMessage(CodecRef codec, Subscription wanted, Subscription had, boolean all) {
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
        ServerMessage.Snapshot withoutDisplays = new ServerMessage.Snapshot(
                state.journal().epoch(), state.position(), all, cameras, control, models, Optional.empty());
        if (!wanted.presence() || had.presence()) {
            return withoutDisplays;
        }
        return new ServerMessage.Snapshot(
                state.journal().epoch(),
                state.position(),
                all,
                cameras,
                control,
                models,
                Optional.of(
                        presentDisplays(codec, SNAPSHOT_BYTES - codec.codec().encode(withoutDisplays).length)));
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
                    ? new Subscription(s.cameras(), s.topics(), Delivery.LATEST, OptionalDouble.empty(), true)
                    : s;
        }
    }
}
