package org.geometryos.compositor.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;

/**
 * Displays of hosts that are gone: they are not connected, and have left when they did not come back. One thread at a
 * time.
 */
final class Orphans {
    private final long leave;
    private final Map<String, Orphan> all = new HashMap<>();

    private static final class Orphan {
        private final long since;
        /** Its newest entry when it was last said what becomes of it. */
        private long said;
        /** Whether it was said then that it has left. */
        private boolean left;

        private Orphan(long since) {
            this.since = since;
        }
    }

    /** What is to be said of one. */
    record Word(String session, Change change, Fence fence) {}

    /** @param leave after so many nanoseconds it has left */
    Orphans(long leave) {
        this.leave = leave;
    }

    /**
     * @param sessions those there are now
     * @param journal that has their entries
     */
    List<Word> look(long now, Set<String> sessions, Journal journal) {
        all.keySet().retainAll(sessions);
        List<Word> words = new ArrayList<>();
        for (String session : sessions) {
            Entry entry = journal.display(session).orElseThrow();
            Presence known = ((Change.PresenceChanged) entry.change()).presence();
            Orphan orphan = all.computeIfAbsent(session, first -> new Orphan(now));
            boolean over = now - orphan.since >= leave;
            if (orphan.said < entry.seq() ? over || known.connected() : over && !orphan.left) {
                orphan.said = entry.seq();
                orphan.left = over;
                words.add(new Word(session, over ? left(known) : lost(known), Fence.replacing(entry.seq())));
            }
        }
        return words;
    }

    /** It is not known what became of the last word. */
    void again(String session) {
        Orphan orphan = all.get(session);
        if (orphan != null) {
            orphan.said = 0;
        }
    }

    void clear() {
        all.clear();
    }

    private static Change lost(Presence known) {
        return new Change.PresenceChanged(new Presence(
                Presence.Action.CHANGED,
                known.display(),
                known.session(),
                known.user(),
                false,
                known.settings(),
                Optional.empty()));
    }

    private static Change left(Presence known) {
        return new Change.PresenceChanged(new Presence(
                Presence.Action.LEFT,
                known.display(),
                known.session(),
                known.user(),
                false,
                known.settings(),
                Optional.of("its host is gone")));
    }
}
