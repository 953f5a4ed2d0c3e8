package org.geometryos.compositor.rings;

import java.util.Arrays;
import java.util.function.Consumer;
import org.geometryos.compositor.api.journal.Entry;

/** The newest entries up to a number of bytes, ascending. Guarded by the journal's lock. */
final class Ring {
    private static final int FIRST = 256;

    private Entry[] entries = new Entry[FIRST];
    private int[] sizes = new int[FIRST];
    /** Positions count for ever; an entry lies at position modulo length. */
    private long first;

    private long next;
    private long bytes;
    private long gone;

    /** @param evicted is told of each entry that has to go */
    void add(Entry entry, int size, long limit, Consumer<Entry> evicted) {
        if (next - first == entries.length) {
            grow();
        }
        int at = index(next++);
        entries[at] = entry;
        sizes[at] = size;
        bytes += size;
        trim(limit, evicted);
    }

    /** Drops all, as gone up to a number. */
    void begin(long seq) {
        while (first < next) {
            entries[index(first++)] = null;
        }
        bytes = 0;
        gone = seq;
    }

    /** Drops the oldest until the rest fits; the newest always stays. */
    void trim(long limit, Consumer<Entry> evicted) {
        while (bytes > limit && next - first > 1) {
            int at = index(first++);
            Entry old = entries[at];
            entries[at] = null;
            bytes -= sizes[at];
            gone = old.seq();
            evicted.accept(old);
        }
    }

    /** The position of the first entry behind a number. */
    long after(long seq) {
        long low = first;
        long high = next;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (entries[index(middle)].seq() <= seq) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The entry at a position, or null behind the newest. */
    Entry at(long position) {
        return position < next ? entries[index(position)] : null;
    }

    /** The number of the newest entry that was dropped, 0 if none was. */
    long gone() {
        return gone;
    }

    long bytes() {
        return bytes;
    }

    private int index(long position) {
        return (int) (position & (entries.length - 1));
    }

    private void grow() {
        int old = entries.length;
        Entry[] more = new Entry[old * 2];
        int[] moreSizes = Arrays.copyOf(sizes, old * 2);
        for (long p = first; p < next; p++) {
            int to = (int) (p & (more.length - 1));
            more[to] = entries[index(p)];
            moreSizes[to] = sizes[index(p)];
        }
        entries = more;
        sizes = moreSizes;
    }
}
