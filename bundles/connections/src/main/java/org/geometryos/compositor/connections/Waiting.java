package org.geometryos.compositor.connections;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Sessions without a socket, by when they lost it, and by where they came from. When there are too many, those have to
 * go that came from where most came from, so that nobody's comings and goings take from others the time in which they
 * may come back. Guarded by the table's lock.
 */
final class Waiting {
    private final Map<String, SessionEntry> byId = new LinkedHashMap<>();
    private final Map<String, Set<SessionEntry>> bySource = new HashMap<>();
    /** The sources, by how many sessions each has. */
    private final TreeMap<Integer, Set<String>> byCount = new TreeMap<>();

    private long bytes;

    int size() {
        return byId.size();
    }

    /** What they take, estimated. */
    long bytes() {
        return bytes;
    }

    SessionEntry get(String id) {
        return byId.get(id);
    }

    /** It has lost its socket after all that are here. */
    void add(SessionEntry session) {
        remove(session);
        byId.put(session.id, session);
        session.waitingBytes = session.bytes();
        bytes += session.waitingBytes;
        Set<SessionEntry> alike = bySource.computeIfAbsent(session.source, source -> new LinkedHashSet<>());
        alike.add(session);
        moved(session.source, alike.size() - 1, alike.size());
    }

    void remove(SessionEntry session) {
        if (!byId.remove(session.id, session)) {
            return;
        }
        bytes -= session.waitingBytes;
        Set<SessionEntry> alike = bySource.get(session.source);
        alike.remove(session);
        moved(session.source, alike.size() + 1, alike.size());
        if (alike.isEmpty()) {
            bySource.remove(session.source);
        }
    }

    private void moved(String source, int before, int now) {
        byCount.computeIfPresent(
                before, (count, sources) -> sources.remove(source) && sources.isEmpty() ? null : sources);
        if (now > 0) {
            byCount.computeIfAbsent(now, count -> new LinkedHashSet<>()).add(source);
        }
    }

    /** The oldest of the source with the most. */
    SessionEntry first() {
        return bySource.get(byCount.lastEntry().getValue().iterator().next())
                .iterator()
                .next();
    }

    /** Those in front of which something is true. */
    List<SessionEntry> oldest(Predicate<SessionEntry> condition) {
        List<SessionEntry> found = new ArrayList<>();
        for (Iterator<SessionEntry> each = byId.values().iterator(); each.hasNext(); ) {
            SessionEntry session = each.next();
            if (!condition.test(session)) {
                break;
            }
            found.add(session);
        }
        return found;
    }
}
