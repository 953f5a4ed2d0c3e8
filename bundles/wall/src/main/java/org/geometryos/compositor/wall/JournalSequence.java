package org.geometryos.compositor.wall;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.wall.Wall;

/** The walls in the journal. One thread at a time. */
final class JournalSequence implements Sequence {
    private final Journal journal;
    /** The entries of the walls that were read last. */
    private final Map<String, Long> read = new HashMap<>();

    JournalSequence(Journal journal) {
        this.journal = journal;
    }

    @Override
    public Map<String, Wall> walls() {
        read.clear();
        Map<String, Wall> walls = new TreeMap<>();
        journal.walls().forEach((name, entry) -> {
            if (entry.change() instanceof Change.WallChanged changed) {
                walls.put(name, changed.state());
                read.put(name, entry.seq());
            }
        });
        return walls;
    }

    @Override
    public void changed(Wall wall) {
        append(wall.name(), new Change.WallChanged(wall));
    }

    @Override
    public void removed(String wall) {
        append(wall, new Change.WallRemoved(wall));
    }

    private void append(String wall, Change change) {
        journal.append(change, Fence.replacing(read.getOrDefault(wall, 0L)));
    }
}
