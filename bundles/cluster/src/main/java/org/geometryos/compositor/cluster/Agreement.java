package org.geometryos.compositor.cluster;

import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Whether this host's state is that of the others, by digests at certain numbers. One thread at a time. */
final class Agreement {
    /** So many are remembered. */
    private static final int MARKS = 64;

    private final String host;
    private final NavigableMap<Long, Long> marks = new TreeMap<>();
    /** Who agreed at the newest number that others have told, and who did not. */
    private final Set<String> agree = new TreeSet<>();

    private final Set<String> differ = new TreeSet<>();
    private long judged;

    /** The digest at a number; 0 and 0: none is known. */
    record Mark(long seq, long digest) {}

    Agreement(String host) {
        this.host = host;
    }

    void mark(long seq, long digest) {
        marks.put(seq, digest);
        if (marks.size() > MARKS) {
            marks.pollFirstEntry();
        }
    }

    Mark newest() {
        Map.Entry<Long, Long> last = marks.lastEntry();
        return last == null ? new Mark(0, 0) : new Mark(last.getKey(), last.getValue());
    }

    /** @return those whose state differs, if they are more than those with whom it agrees */
    Optional<String> differs(LogRecord.Beat beat) {
        Long own = marks.get(beat.mark());
        if (own == null || beat.host().equals(host) || beat.mark() < judged) {
            return Optional.empty();
        }
        if (beat.mark() > judged) {
            judged = beat.mark();
            agree.clear();
            differ.clear();
        }
        (own == beat.digest() ? agree : differ).add(beat.host());
        return differ.size() > agree.size() ? Optional.of(String.join(", ", differ)) : Optional.empty();
    }
}
