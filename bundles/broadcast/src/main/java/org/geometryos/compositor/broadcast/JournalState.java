package org.geometryos.compositor.broadcast;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.tiles.Tiles;

/** What a shard knows of the journal: the newest state, as of its position. One thread at a time. */
final class JournalState {
    /** What a snapshot takes for each, about. */
    private static final int CAMERA_SIZE = 400;

    private static final int MODEL_SIZE = 150;
    private static final int DISPLAY_SIZE = 200;
    private static final int WALL_SIZE = 400;
    private static final int MEMBER_SIZE = 200;
    private static final int TILESET_SIZE = 500;
    /** Of what a tree of tiles takes in memory, its share in a snapshot: it is this part, or less. */
    private static final int TREE_PARTS = 16;

    private final Map<String, Entry> views = new HashMap<>();
    private final Map<String, Entry> holders = new HashMap<>();
    /** The newest entry of each display, by session. */
    private final Map<String, Entry> present = new LinkedHashMap<>();

    /** The newest entry of each wall. */
    private final Map<String, Entry> walls = new TreeMap<>();

    private final Taking taking = new Taking();
    private Scene scene = Scene.EMPTY;
    private Tiles tiles = Tiles.NONE;
    private Journal journal;
    private long position;

    /** The journal, or null while there is none. */
    Journal journal() {
        return journal;
    }

    /** The number up to which entries were taken. */
    long position() {
        return position;
    }

    /** The newest view of each camera. */
    Map<String, Entry> views() {
        return views;
    }

    /** The newest control of each camera that is held. */
    Map<String, Entry> holders() {
        return holders;
    }

    /** The newest entry of each display that is there, the earliest first. */
    Collection<Entry> present() {
        return present.values();
    }

    /** The newest entry of each wall, by its name. */
    Map<String, Entry> walls() {
        return walls;
    }

    Scene scene() {
        return scene;
    }

    Tiles tiles() {
        return tiles;
    }

    /**
     * Follows another journal, or none.
     *
     * @return whether its sequence is another one, of which the state was taken
     */
    boolean follow(Journal next) {
        boolean another = next != null && (journal == null || !next.epoch().equals(journal.epoch()));
        journal = next;
        if (another) {
            startAnew();
        }
        return another;
    }

    /** Takes the journal's state as it stands. */
    void startAnew() {
        Snapshot snapshot = journal.snapshot();
        position = snapshot.seq();
        views.clear();
        views.putAll(snapshot.cameras());
        holders.clear();
        holders.putAll(snapshot.control());
        present.clear();
        snapshot.displays().values().stream()
                .sorted(Comparator.comparingLong(Entry::seq))
                .forEach(entry -> present.put(
                        ((Change.PresenceChanged) entry.change()).presence().session(), entry));
        walls.clear();
        walls.putAll(snapshot.walls());
        scene = snapshot.scene()
                .flatMap(entry -> entry.change().inScene())
                .map(Change.SceneChanged::scene)
                .orElse(Scene.EMPTY);
        tiles = snapshot.tiles()
                .map(entry -> ((Change.TilesChanged) entry.change()).tiles())
                .orElse(Tiles.NONE);
    }

    /** Takes the entries of a page, which follows the position. */
    void take(Page page, Consumer<Entry> taken) {
        List<Entry> entries = page.entries();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            taking.entry = entry;
            entry.change().accept(taking);
            taken.accept(entry);
        }
        position = page.to();
    }

    /** About how long a snapshot would be. @param here what of all tiles is wanted, if tiles are */
    int estimate(Subscription wanted, Tiles here) {
        return CAMERA_SIZE
                        * (wanted.all()
                                ? views.size()
                                : Math.min(views.size(), wanted.cameras().size()))
                + (wanted.scene() ? scene.models().size() * MODEL_SIZE : 0)
                + (wanted.presence() ? present.size() * DISPLAY_SIZE : 0)
                + (wanted.tiles() ? estimate(here) : 0)
                + estimateWalls(wanted);
    }

    private static int estimate(Tiles tiles) {
        long size = (long) tiles.layers().size() * TILESET_SIZE + tiles.bytes() / TREE_PARTS;
        return (int) Math.min(size, Integer.MAX_VALUE / 2);
    }

    private int estimateWalls(Subscription wanted) {
        if (!wanted.allWalls() && wanted.walls().isEmpty()) {
            return 0;
        }
        int size = 0;
        for (Map.Entry<String, Entry> wall : walls.entrySet()) {
            if (wanted.wantsWall(wall.getKey())) {
                size += WALL_SIZE
                        + MEMBER_SIZE
                                * ((Change.WallChanged) wall.getValue().change())
                                        .state()
                                        .members()
                                        .size();
            }
        }
        return size;
    }

    /** Whether something behind a position that a subscription has to get one by one is gone. */
    boolean lost(Subscription subscription, long after) {
        if (!subscription.every()) {
            return !journal.holds(after, Set.of());
        }
        return !(subscription.all() ? journal.holdsAll(after) : journal.holds(after, subscription.cameras()));
    }

    /** Takes an entry into the newest state. One instance, so that none is allocated. */
    private final class Taking implements Change.Visitor<Void> {
        private Entry entry;

        @Override
        public Void cameraChanged(Change.CameraChanged change) {
            views.put(change.state().camera(), entry);
            return null;
        }

        @Override
        public Void cameraRemoved(Change.CameraRemoved change) {
            views.remove(change.camera());
            return null;
        }

        @Override
        public Void controlChanged(Change.ControlChanged change) {
            if (change.state().holder().isPresent()) {
                holders.put(change.state().camera(), entry);
            } else {
                holders.remove(change.state().camera());
            }
            return null;
        }

        @Override
        public Void presenceChanged(Change.PresenceChanged change) {
            if (change.presence().action() == Presence.Action.LEFT) {
                present.remove(change.presence().session());
            } else {
                present.put(change.presence().session(), entry);
            }
            return null;
        }

        @Override
        public Void sceneChanged(Change.SceneChanged change) {
            scene = change.scene();
            if (change.camera().isPresent()) {
                views.put(change.camera().get().camera(), entry);
            }
            return null;
        }

        @Override
        public Void tilesChanged(Change.TilesChanged change) {
            tiles = change.tiles();
            if (change.scene().isPresent()) {
                change.scene().get().accept(this);
            }
            return null;
        }

        @Override
        public Void wallChanged(Change.WallChanged change) {
            walls.put(change.state().name(), entry);
            return null;
        }

        @Override
        public Void wallRemoved(Change.WallRemoved change) {
            walls.remove(change.wall());
            return null;
        }
    }
}
