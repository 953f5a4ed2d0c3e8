package org.geometryos.compositor.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Snapshot;

/**
 * Everything that hosts agree on, as it stands after a record: the content of a checkpoint.
 *
 * @param format of this record
 * @param newest the entries that make up the state, in ascending order
 */
record State(int format, String epoch, long seq, List<Numbered> newest, List<Roll.Host> hosts, List<Private> kept) {
    static final int FORMAT = 1;

    /** @param host that appended it, where that is of interest */
    record Numbered(long seq, Optional<String> host, Change change) {}

    /** See {@link LogRecord.Kept}. */
    record Private(String key, long seq, String host, byte[] value) {}

    /** @param authors says which host appended an entry; empty if that is of no interest */
    static State of(
            Snapshot now, List<Roll.Host> hosts, List<Private> kept, Function<Change, Optional<String>> authors) {
        Map<Long, Change> newest = new TreeMap<>();
        now.control().values().forEach(entry -> newest.put(entry.seq(), entry.change()));
        now.displays().values().forEach(entry -> newest.put(entry.seq(), entry.change()));
        now.walls().values().forEach(entry -> newest.put(entry.seq(), entry.change()));
        now.cameras().forEach((name, entry) -> newest.put(
                entry.seq(),
                new Change.CameraChanged(entry.change().view().orElseThrow())));
        now.scene().ifPresent(entry -> newest.put(entry.seq(), scene(entry, now)));
        List<Numbered> all = new ArrayList<>();
        newest.forEach((seq, change) -> all.add(new Numbered(seq, authors.apply(change), change)));
        return new State(FORMAT, now.epoch(), now.seq(), all, hosts, kept);
    }

    /** Without what it did, and with its view only if that is the newest of the camera. */
    private static Change scene(Entry entry, Snapshot now) {
        Change.SceneChanged made = (Change.SceneChanged) entry.change();
        return new Change.SceneChanged(
                List.of(),
                made.origin(),
                made.camera().filter(state -> now.cameras().get(state.camera()) == entry),
                made.scene(),
                made.time());
    }

    /**
     * A number that is the same where the state is. Entries are told by their numbers, since what stands under a number
     * is the same everywhere; but for the scene, which each host works out by itself.
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
