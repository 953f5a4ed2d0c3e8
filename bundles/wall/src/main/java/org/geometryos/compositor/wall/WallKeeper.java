package org.geometryos.compositor.wall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.geometryos.compositor.api.wall.MemberReport;
import org.geometryos.compositor.api.wall.Picture;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.geometryos.compositor.api.wall.WallFigures;
import org.geometryos.compositor.api.wall.Walls;

/**
 * Keeps the walls: brings what is declared, the delay and the picture into the sequence, and goes on from there when it
 * comes back. Any thread.
 */
final class WallKeeper implements Walls {
    /** So that all members of all walls together report some seventeen times a second at most. */
    private static final int MILLIS_EACH = 60;

    private static final int RAREST_MILLIS = 60_000;

    private final Neighbours neighbours;
    private final Map<String, Wall> kept;
    private final AtomicLong ignored = new AtomicLong();
    /** Held while the sequence is written, and never by whoever reports or asks. */
    private final ReentrantLock turn = new ReentrantLock();

    /** By name, sorted; replaced as a whole. */
    private volatile Map<String, LiveWall> walls = Map.of();
    /** The wall of each display; replaced as a whole. */
    private volatile Map<String, String> members = Map.of();
    // guarded by turn
    /** The walls whose members were told. */
    private Map<String, LiveWall> assigned = Map.of();

    private volatile boolean read;
    /** Whether the sequence was gone on from; until then it alone knows who is a member. */
    private volatile boolean adopted;

    /** @param kept what the copy of this bundle before left, for a sequence that does not know it; by name */
    WallKeeper(Neighbours neighbours, Map<String, Wall> kept) {
        this.neighbours = neighbours;
        this.kept = kept;
    }

    /** The walls in force, by name; before anything was declared those of the sequence. */
    Map<String, Declared> inForce() {
        turn.lock();
        try {
            Map<String, Declared> inForce = new TreeMap<>();
            if (!read) {
                standing()
                        .forEach((name, wall) ->
                                inForce.put(name, new Declared(Optional.empty(), WallDeclaration.of(wall), true)));
            }
            walls.forEach((name, wall) -> inForce.put(name, wall.declared()));
            return inForce;
        } finally {
            turn.unlock();
        }
    }

    private Map<String, Wall> standing() {
        Map<String, Wall> standing = new TreeMap<>(kept);
        neighbours.sequence().ifPresent(sequence -> standing.putAll(sequence.walls()));
        return standing;
    }

    /** Whether anything was declared so far. */
    boolean read() {
        return read;
    }

    /** Other walls are in force. */
    void declare(Map<String, Declared> inForce) {
        turn.lock();
        try {
            long now = neighbours.micros();
            Map<String, LiveWall> next = new TreeMap<>();
            inForce.forEach((name, declared) -> {
                LiveWall before = walls.get(name);
                next.put(
                        name,
                        before != null && before.declared().equals(declared)
                                ? before
                                : new LiveWall(declared, before, now));
            });
            walls = next;
            read = true;
            look();
        } finally {
            turn.unlock();
        }
    }

    /** Once in a while, and when something has changed. */
    void look() {
        turn.lock();
        try {
            Optional<Sequence> sequence = neighbours.sequence();
            if (!read || sequence.isEmpty() || !neighbours.writes()) {
                return;
            }
            Map<String, Wall> standing = sequence.get().walls();
            if (!adopted) {
                adopt();
            }
            long now = neighbours.micros();
            int next = reportAfter();
            walls.values().forEach(wall -> wall.look(now, next));
            walls.forEach((name, wall) -> write(sequence.get(), standing.get(name), wall.state()));
            standing.keySet().stream().filter(name -> !walls.containsKey(name)).forEach(sequence.get()::removed);
            if (assigned != walls) {
                assign();
                assigned = walls;
            }
        } finally {
            turn.unlock();
        }
    }

    private static void write(Sequence sequence, Wall before, Wall now) {
        if (!Objects.equals(before, now)) {
            sequence.changed(now);
        }
    }

    /** Goes on from what stands in the sequence, so that nobody sees that another copy of this bundle goes on. */
    private void adopt() {
        Map<String, Wall> standing = standing();
        Map<String, String> before = new HashMap<>();
        standing.values().forEach(wall -> wall.members().forEach(member -> before.put(member.display(), wall.name())));
        members = Map.copyOf(before);
        walls.forEach((name, wall) -> {
            Wall known = standing.get(name);
            if (known != null) {
                wall.goOn(known.delay(), known.picture());
            }
        });
        adopted = true;
    }

    /** Tells displays which wall they belong to, where that has changed. */
    private void assign() {
        Map<String, String> before = members;
        Map<String, String> now = new HashMap<>();
        walls.forEach((name, wall) ->
                wall.declared().declaration().wall().members().forEach(member -> now.put(member.display(), name)));
        if (now.equals(before)) {
            return;
        }
        members = Map.copyOf(now);
        Set<String> displays = new TreeSet<>(before.keySet());
        displays.addAll(now.keySet());
        for (String display : displays) {
            if (!Objects.equals(before.get(display), now.get(display))) {
                neighbours.assigned(display, Optional.ofNullable(now.get(display)));
            }
        }
    }

    /** The walls as they stand, for the copy of this bundle that goes on. */
    List<Wall> states() {
        return walls.values().stream().map(LiveWall::state).toList();
    }

    /** What an operator should look at. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        walls.values().forEach(wall -> problems.addAll(wall.problems()));
        return problems;
    }

    @Override
    public Optional<String> wallOf(String display) {
        return adopted
                ? Optional.ofNullable(members.get(display))
                : standing().values().stream()
                        .filter(wall -> wall.member(display).isPresent())
                        .map(Wall::name)
                        .findFirst();
    }

    private int reportAfter() {
        return Math.max(REPORT_MILLIS, Math.min(members.size() * MILLIS_EACH, RAREST_MILLIS));
    }

    @Override
    public int report(String display, MemberReport report) {
        LiveWall wall = walls.get(report.wall());
        int next = reportAfter();
        if (wall == null || !wall.report(display, report, neighbours.micros(), next)) {
            ignored.incrementAndGet();
        }
        return next;
    }

    @Override
    public List<WallFigures> walls() {
        long now = neighbours.micros();
        return walls.values().stream()
                .map(wall -> wall.figures(neighbours::connected, now))
                .toList();
    }

    @Override
    public Optional<WallFigures> wall(String name) {
        return Optional.ofNullable(walls.get(name))
                .map(wall -> wall.figures(neighbours::connected, neighbours.micros()));
    }

    @Override
    public boolean show(String wall, Optional<Picture> picture) {
        turn.lock();
        try {
            LiveWall shows = walls.get(wall);
            if (shows != null) {
                shows.show(picture);
                look();
            }
            return shows != null;
        } finally {
            turn.unlock();
        }
    }

    @Override
    public long ignoredReports() {
        return ignored.get();
    }
}
