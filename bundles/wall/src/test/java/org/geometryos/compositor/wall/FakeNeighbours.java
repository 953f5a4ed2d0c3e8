package org.geometryos.compositor.wall;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.geometryos.compositor.api.wall.Wall;

/** The parts around the walls, in a time of their own. */
final class FakeNeighbours implements Neighbours {
    long now = 1_000_000_000;
    FakeSequence sequence = new FakeSequence();
    boolean writes = true;
    final List<String> assigned = new ArrayList<>();
    final Set<String> connected = new HashSet<>();

    static final class FakeSequence implements Sequence {
        final Map<String, Wall> walls = new TreeMap<>();
        final List<String> written = new ArrayList<>();

        @Override
        public Map<String, Wall> walls() {
            return Map.copyOf(walls);
        }

        @Override
        public void changed(Wall wall) {
            walls.put(wall.name(), wall);
            written.add(wall.name());
        }

        @Override
        public void removed(String wall) {
            walls.remove(wall);
            written.add("-" + wall);
        }
    }

    @Override
    public Optional<Sequence> sequence() {
        return Optional.ofNullable(sequence);
    }

    @Override
    public boolean writes() {
        return writes;
    }

    @Override
    public void assigned(String display, Optional<String> wall) {
        assigned.add(display + " " + wall.orElse("-"));
    }

    @Override
    public boolean connected(String display) {
        return connected.contains(display);
    }

    @Override
    public long micros() {
        return now;
    }
}
