package org.geometryos.compositor.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.Tiles;

/**
 * Everything that hosts agree on, as it stands after a record: the content of a checkpoint.
 *
 * @param format of this record
 * @param newest the entries that make up the state, in ascending order; one entry can stand there in several parts
 */
record State(int format, String epoch, long seq, List<Numbered> newest, List<Roll.Host> hosts, List<Private> kept) {
    static final int FORMAT = 1;
    /** Bytes of all private records; one that would make it more is passed over, on all hosts in the same way. */
    static final long MOST_KEPT = 16 << 20;

    /** @param host that appended it, where that is of interest */
    record Numbered(long seq, Optional<String> host, Change change) {}

    /** See {@link LogRecord.Kept}. */
    record Private(String key, long seq, String host, byte[] value) {
        /** What it takes. */
        long bytes() {
            return 2L * key.length() + value.length;
        }
    }

    /** @param authors says which host appended an entry; empty if that is of no interest */
    static State of(
            Snapshot now, List<Roll.Host> hosts, List<Private> kept, Function<Change, Optional<String>> authors) {
        List<Numbered> newest = new ArrayList<>();
        Stream.of(now.control(), now.displays(), now.walls())
                .flatMap(entries -> entries.values().stream())
                .forEach(entry -> newest.add(new Numbered(entry.seq(), authors.apply(entry.change()), entry.change())));
        now.cameras()
                .values()
                .forEach(entry -> newest.add(plain(
                        entry, new Change.CameraChanged(entry.change().view().orElseThrow()))));
        now.scene().ifPresent(entry -> newest.add(plain(entry, scene(entry))));
        now.tiles().ifPresent(entry -> newest.add(plain(entry, tiles(entry))));
        newest.sort(Comparator.comparingLong(Numbered::seq));
        return new State(FORMAT, now.epoch(), now.seq(), newest, hosts, kept);
    }

    private static Numbered plain(Entry entry, Change change) {
        return new Numbered(entry.seq(), Optional.empty(), change);
    }

    /** Without what led to it, and without its view: that stands by itself, if it is the camera's newest. */
    private static Change scene(Entry entry) {
        Change.SceneChanged made = entry.change().inScene().orElseThrow();
        return new Change.SceneChanged(List.of(), made.origin(), Optional.empty(), made.scene(), made.time());
    }

    private static Change tiles(Entry entry) {
        Change.TilesChanged made = (Change.TilesChanged) entry.change();
        return new Change.TilesChanged(List.of(), made.origin(), Optional.empty(), made.tiles(), made.time());
    }

    /**
     * A number that is the same where the state is. Entries are told by their numbers, since what stands under a number
     * is the same everywhere; but for the scene and tiles, which each host works out by itself. Of tiles the revision
     * and how many there are is compared: all of a million are too many to look at.
     *
     * @param scene a number that is the same where the scene is
     */
    static long digest(Snapshot now, long scene, List<Roll.Host> hosts, List<Private> kept) {
        long digest = 0;
        for (Map.Entry<String, Entry> each : now.cameras().entrySet()) {
            digest += mixed('v', each.getKey(), each.getValue().seq());
        }
        for (Map.Entry<String, Entry> each : now.control().entrySet()) {
            digest += mixed('c', each.getKey(), each.getValue().seq());
        }
        for (Map.Entry<String, Entry> each : now.displays().entrySet()) {
            digest += mixed('d', each.getKey(), each.getValue().seq());
        }
        for (Map.Entry<String, Entry> each : now.walls().entrySet()) {
            digest += mixed('w', each.getKey(), each.getValue().seq());
        }
        digest += mixed('s', "", now.scene().map(Entry::seq).orElse(0L)) + scene;
        digest += mixed('t', "", now.tiles().map(Entry::seq).orElse(0L));
        if (now.tiles().isPresent()) {
            Tiles tiles = ((Change.TilesChanged) now.tiles().get().change()).tiles();
            digest += mixed('r', "", tiles.revision());
            for (TileLayer layer : tiles.layers()) {
                digest += mixed('l', layer.tileset().id(), layer.tiles().size());
            }
        }
        for (Roll.Host host : hosts) {
            digest += mixed('h', host.name(), host.entry() * 31 + host.next() * 2 + (host.gone() ? 1 : 0));
        }
        for (Private each : kept) {
            digest += mixed('k', each.key(), each.seq());
        }
        return digest;
    }

    private static long mixed(char kind, String key, long value) {
        long mixed = kind * 0x9E3779B97F4A7C15L ^ key.hashCode() * 0xC2B2AE3D27D4EB4FL ^ value;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
