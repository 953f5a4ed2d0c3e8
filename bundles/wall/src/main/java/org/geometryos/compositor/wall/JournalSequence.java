package org.geometryos.compositor.wall;

import java.util.Map;
import java.util.TreeMap;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.wall.Wall;

/** The walls in the journal. Any thread. */
record JournalSequence(Journal journal) implements Sequence {
    @Override
    public Map<String, Wall> walls() {
        Map<String, Wall> walls = new TreeMap<>();
        journal.walls().forEach((name, entry) -> {
            if (entry.change() instanceof Change.WallChanged changed) {
                walls.put(name, changed.state());
            }
        });
        return walls;
    }

    @Override
    public void changed(Wall wall) {
        journal.append(new Change.WallChanged(wall));
    }

    @Override
    public void removed(String wall) {
        journal.append(new Change.WallRemoved(wall));
    }
}
