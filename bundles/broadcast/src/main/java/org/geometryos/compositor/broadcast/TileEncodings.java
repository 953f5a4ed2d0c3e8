package org.geometryos.compositor.broadcast;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.geometryos.compositor.api.tiles.TileTree;

/**
 * Large sets of tiles in parts with their encodings, so that each set is encoded once for all shards, codecs and
 * snapshots. Those used last stay, as far as they fit; of a set that nobody has any more nothing stays. Any thread.
 */
final class TileEncodings {
    /** An encoded part; as text it is a third longer, and stays below what a message may take. */
    static final int PART = 700_000;
    /** Below that a set is encoded as fast as it is found. */
    private static final long SMALL = 16 << 10;

    private final long most;
    /** The one longest unused first. */
    private final Map<Key, List<TileTree>> parts = new LinkedHashMap<>(16, 0.75f, true);

    private final ReferenceQueue<TileTree> gone = new ReferenceQueue<>();
    private long bytes;

    /** @param most bytes of encodings that are kept */
    TileEncodings(long most) {
        this.most = most;
    }

    /** A set, and not what is equal to it: to find that out would take as long as to encode it. */
    private static final class Key extends WeakReference<TileTree> {
        private final int hash;

        private Key(TileTree set, ReferenceQueue<TileTree> gone) {
            super(set, gone);
            hash = System.identityHashCode(set);
        }

        @Override
        public boolean equals(Object other) {
            return this == other || other instanceof Key key && get() != null && get() == key.get();
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** The parts of a set, none longer than {@link #PART} when encoded, each with its encoding. */
    List<TileTree> of(TileTree set) {
        if (set.bytes() < SMALL) {
            return set.packed(PART);
        }
        Key key = new Key(set, gone);
        synchronized (this) {
            List<TileTree> known = parts.get(key);
            if (known != null) {
                return known;
            }
        }
        // outside: of a million tiles it takes a while
        List<TileTree> made = List.copyOf(set.packed(PART));
        keep(key, made);
        return made;
    }

    private synchronized void keep(Key key, List<TileTree> made) {
        long size = bytes(made);
        if (size > most || parts.putIfAbsent(key, made) != null) {
            return;
        }
        bytes += size;
        for (Iterator<List<TileTree>> i = parts.values().iterator(); bytes > most && i.hasNext(); ) {
            bytes -= bytes(i.next());
            i.remove();
        }
    }

    /** Lets go of what belonged to sets that are gone. */
    synchronized void forget() {
        for (Object key = gone.poll(); key != null; key = gone.poll()) {
            List<TileTree> left = parts.remove(key);
            if (left != null) {
                bytes -= bytes(left);
            }
        }
    }

    /** What is kept. */
    synchronized long bytes() {
        return bytes;
    }

    private static long bytes(List<TileTree> parts) {
        return parts.stream().mapToLong(TileTree::encodedLength).sum();
    }
}
