package org.geometryos.compositor.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.Later;

/**
 * A journal in memory, bounded in entries, that forgets when it is told to and remembers for the test what it has
 * dropped. Any thread.
 */
public final class FakeJournal implements Journal {
    private final String epoch;
    private final int maxViews;
    private final int maxOrdered;
    /** All that is held, and what of it is a view or is not. */
    private final NavigableMap<Long, Entry> held = new TreeMap<>();

    private final NavigableMap<Long, Entry> views = new TreeMap<>();
    private final NavigableMap<Long, Entry> ordered = new TreeMap<>();
    private final Map<String, Entry> newest = new HashMap<>();
    private final Map<String, Entry> holders = new HashMap<>();
    private final Map<String, Entry> displays = new HashMap<>();
    private final Map<String, Entry> walls = new HashMap<>();
    private final Map<String, Long> viewGone = new HashMap<>();
    private final List<Entry> all = new ArrayList<>();
    private Entry scene;
    private Entry tiles;
    private long head;
    private long viewsGone;
    private long orderedGone;
    private final Queue<Proposal> underWay = new ArrayDeque<>();
    private boolean later;
    private Verdict cutOff;
    private volatile Runnable wake = () -> {};
    private volatile Runnable beforeRead = () -> {};
    private volatile Runnable beforeAppend = () -> {};

    public FakeJournal(String epoch) {
        this(epoch, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    public FakeJournal(String epoch, int maxViews, int maxOrdered) {
        this.epoch = epoch;
        this.maxViews = maxViews;
        this.maxOrdered = maxOrdered;
    }

    // ---- what a test does with it

    /** Called after each append, outside the lock. */
    public FakeJournal onAppend(Runnable listener) {
        wake = listener;
        return this;
    }

    /** Called before each read; to let something happen at that very moment. */
    public void beforeRead(Runnable task) {
        beforeRead = task;
    }

    /** Called once, before the next append through the interface looks at its fence. */
    public void beforeAppend(Runnable task) {
        beforeAppend = task;
    }

    /** Every entry that was appended, also those dropped, in order. */
    public synchronized List<Entry> all() {
        return List.copyOf(all);
    }

    /** The entry of a number, also if it was dropped; for a journal that never {@link #passTo passed} a number. */
    public synchronized Entry entry(long seq) {
        return all.get(Math.toIntExact(seq) - 1);
    }

    public List<Change> changes() {
        return all().stream().map(Entry::change).toList();
    }

    /** What was appended of one kind. */
    public <T extends Change> List<T> changes(Class<T> kind) {
        return changes().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The holders of a camera one after the other; null where it was free. */
    public List<String> holders(String camera) {
        List<String> names = new ArrayList<>();
        for (Change.ControlChanged change : changes(Change.ControlChanged.class)) {
            if (change.state().camera().equals(camera)) {
                names.add(change.state().holder().orElse(null));
            }
        }
        return names;
    }

    /** Passes numbers by, as if there had been entries of cameras that nobody knows. */
    public synchronized FakeJournal passTo(long seq) {
        head = seq;
        return this;
    }

    /** Drops all entries up to a number. */
    public synchronized FakeJournal forget(long upTo) {
        for (Entry view : views.headMap(upTo, true).values()) {
            viewGone(view);
        }
        views.headMap(upTo, true).clear();
        held.headMap(upTo, true).clear();
        viewsGone = Math.max(viewsGone, upTo);
        return forgetOrdered(upTo);
    }

    /** Drops all entries up to a number, but for the views of cameras. */
    public synchronized FakeJournal forgetOrdered(long upTo) {
        held.keySet().removeAll(ordered.headMap(upTo, true).keySet());
        ordered.headMap(upTo, true).clear();
        orderedGone = Math.max(orderedGone, upTo);
        return this;
    }

    /** Lets a camera have had views up to a number, which are dropped. */
    public synchronized FakeJournal forgetViews(String camera, long upTo) {
        viewGone.put(camera, upTo);
        viewsGone = Math.max(viewsGone, upTo);
        return this;
    }

    /** Appends a view whose x is the number of the entry. @param received microseconds since the Unix epoch */
    public synchronized FakeJournal view(String camera, long received) {
        append(new Change.CameraChanged(Changes.state(camera, head + 1.0, received, null)));
        return this;
    }

    public FakeJournal views(String camera, int count, long received) {
        for (int i = 0; i < count; i++) {
            view(camera, received + i);
        }
        return this;
    }

    public FakeJournal control(String camera, String holder) {
        append(Changes.held(camera, holder));
        return this;
    }

    public FakeJournal withWall(String wall, String... members) {
        append(Changes.wall(wall, members));
        return this;
    }

    public FakeJournal joined(String display) {
        append(Changes.presence(Presence.Action.JOINED, display, "s-" + display, true));
        return this;
    }

    /** Appends a transaction that puts a model. @param camera moved with it; may be null */
    public FakeJournal transaction(String id, String camera) {
        transact(camera, "s-1", Changes.put(id));
        return this;
    }

    /**
     * Appends a transaction on the scene as it stands. @param camera moved with it; may be null. @param origin may be
     * null
     */
    public synchronized long transact(String camera, String origin, SceneOp... ops) {
        Scene before = scene == null
                ? Scene.EMPTY
                : scene.change().inScene().orElseThrow().scene();
        CameraState state = camera == null ? null : Changes.state(camera, head + 1.0, 2, origin);
        return append(Changes.transaction(before, state, origin, ops));
    }

    // ---- as with several hosts

    /** A change that waits for its number. */
    private record Proposal(Change change, Fence fence, Later<Verdict> answer) {}

    /** From now on what is appended through the interface counts when it is {@link #deliver delivered}. */
    public synchronized FakeJournal answersLater() {
        later = true;
        return this;
    }

    /** Gives the next one that waits its number, and its answer. @return false if none waits */
    public boolean deliver() {
        Proposal next;
        synchronized (this) {
            next = underWay.poll();
        }
        if (next != null) {
            next.answer.tell(count(next.change, next.fence));
        }
        return next != null;
    }

    /** Delivers until nothing waits any more. */
    public FakeJournal deliverAll() {
        while (deliver()) {}
        return this;
    }

    /** How many wait. */
    public synchronized int underWay() {
        return underWay.size();
    }

    /** Answers those that wait, and all that follow, with "unknown". */
    public void cutOff(String why) {
        List<Proposal> lost;
        synchronized (this) {
            cutOff = new Verdict.Unknown(why);
            lost = List.copyOf(underWay);
            underWay.clear();
        }
        lost.forEach(proposal -> proposal.answer.tell(cutOff));
    }

    /** There is an answer again. */
    public synchronized void back() {
        cutOff = null;
    }

    // ---- the journal

    @Override
    public synchronized Optional<String> away() {
        return cutOff instanceof Verdict.Unknown unknown ? Optional.of(unknown.why()) : Optional.empty();
    }

    @Override
    public String epoch() {
        return epoch;
    }

    @Override
    public synchronized long head() {
        return head;
    }

    /** Appends a change in any case. @return its number */
    public long append(Change change) {
        return ((Verdict.Counted) count(change, Fence.NONE)).seq();
    }

    @Override
    public Answer<Verdict> append(Change change, Fence fence) {
        Runnable first = beforeAppend;
        beforeAppend = () -> {};
        first.run();
        synchronized (this) {
            if (cutOff != null) {
                return cutOff;
            }
            if (later) {
                Later<Verdict> answer = new Later<>();
                underWay.add(new Proposal(change, fence, answer));
                return answer;
            }
        }
        return count(change, fence);
    }

    private Verdict count(Change change, Fence fence) {
        long seq;
        synchronized (this) {
            if (!fits(change, fence)) {
                return Verdict.PASSED_OVER;
            }
            seq = ++head;
            put(new Entry(seq, change));
        }
        wake.run();
        return new Verdict.Counted(seq);
    }

    @Override
    public synchronized boolean fits(Change change, Fence fence) {
        return change.accept(new Fitting(fence));
    }

    private final class Fitting implements Change.Visitor<Boolean> {
        private final Fence fence;

        private Fitting(Fence fence) {
            this.fence = fence;
        }

        private static boolean is(Entry newest, long wanted) {
            return wanted == Fence.ANY || wanted == (newest == null ? 0 : newest.seq());
        }

        private boolean replaces(Entry newest) {
            return is(newest, fence.replaces());
        }

        private boolean under(String camera) {
            return is(holders.get(camera), fence.under());
        }

        @Override
        public Boolean cameraChanged(Change.CameraChanged change) {
            String camera = change.state().camera();
            return replaces(newest.get(camera)) && under(camera);
        }

        @Override
        public Boolean cameraRemoved(Change.CameraRemoved change) {
            return replaces(newest.get(change.camera())) && under(change.camera());
        }

        @Override
        public Boolean controlChanged(Change.ControlChanged change) {
            return replaces(holders.get(change.state().camera()));
        }

        @Override
        public Boolean presenceChanged(Change.PresenceChanged change) {
            return replaces(displays.get(change.presence().session()));
        }

        @Override
        public Boolean sceneChanged(Change.SceneChanged change) {
            return replaces(scene)
                    && change.camera().map(state -> under(state.camera())).orElse(true);
        }

        @Override
        public Boolean tilesChanged(Change.TilesChanged change) {
            return replaces(tiles)
                    && (change.scene().isEmpty() || is(scene, fence.scene()))
                    && change.view().map(state -> under(state.camera())).orElse(true);
        }

        @Override
        public Boolean wallChanged(Change.WallChanged change) {
            return replaces(walls.get(change.state().name()));
        }

        @Override
        public Boolean wallRemoved(Change.WallRemoved change) {
            return replaces(walls.get(change.wall()));
        }
    }

    private void put(Entry entry) {
        all.add(entry);
        held.put(entry.seq(), entry);
        entry.change().view().ifPresent(state -> newest.put(state.camera(), entry));
        entry.change().accept(new Placing(entry));
    }

    private final class Placing implements Change.Visitor<Void> {
        private final Entry entry;

        private Placing(Entry entry) {
            this.entry = entry;
        }

        @Override
        public Void cameraChanged(Change.CameraChanged change) {
            views.put(entry.seq(), entry);
            while (views.size() > maxViews) {
                Entry old = views.pollFirstEntry().getValue();
                held.remove(old.seq());
                viewGone(old);
            }
            return null;
        }

        @Override
        public Void cameraRemoved(Change.CameraRemoved change) {
            newest.remove(change.camera());
            return order();
        }

        @Override
        public Void controlChanged(Change.ControlChanged change) {
            keep(holders, change.state().camera(), change.state().holder().isPresent(), entry);
            return order();
        }

        @Override
        public Void presenceChanged(Change.PresenceChanged change) {
            keep(displays, change.presence().session(), change.presence().action() != Presence.Action.LEFT, entry);
            return order();
        }

        @Override
        public Void sceneChanged(Change.SceneChanged change) {
            scene = entry;
            return order();
        }

        @Override
        public Void tilesChanged(Change.TilesChanged change) {
            tiles = entry;
            if (change.scene().isPresent()) {
                scene = entry;
            }
            return order();
        }

        @Override
        public Void wallChanged(Change.WallChanged change) {
            keep(walls, change.state().name(), true, entry);
            return order();
        }

        @Override
        public Void wallRemoved(Change.WallRemoved change) {
            keep(walls, change.wall(), false, entry);
            return order();
        }

        private Void order() {
            ordered.put(entry.seq(), entry);
            while (ordered.size() > maxOrdered) {
                orderedGone = ordered.pollFirstEntry().getKey();
                held.remove(orderedGone);
            }
            return null;
        }
    }

    private static void keep(Map<String, Entry> in, String key, boolean there, Entry entry) {
        if (there) {
            in.put(key, entry);
        } else {
            in.remove(key);
        }
    }

    private void viewGone(Entry view) {
        viewsGone = view.seq();
        viewGone.put(view.change().view().orElseThrow().camera(), view.seq());
    }

    @Override
    public synchronized Optional<Entry> camera(String name) {
        return Optional.ofNullable(newest.get(name));
    }

    @Override
    public synchronized Optional<Entry> control(String camera) {
        return Optional.ofNullable(holders.get(camera));
    }

    @Override
    public synchronized Map<String, Entry> holders() {
        return Map.copyOf(holders);
    }

    @Override
    public synchronized Optional<Entry> display(String session) {
        return Optional.ofNullable(displays.get(session));
    }

    @Override
    public synchronized Optional<Entry> scene() {
        return Optional.ofNullable(scene);
    }

    @Override
    public synchronized Optional<Entry> tiles() {
        return Optional.ofNullable(tiles);
    }

    @Override
    public synchronized Optional<Entry> wall(String name) {
        return Optional.ofNullable(walls.get(name));
    }

    @Override
    public synchronized Map<String, Entry> walls() {
        return Map.copyOf(walls);
    }

    @Override
    public synchronized int cameras() {
        return newest.size();
    }

    @Override
    public synchronized Snapshot snapshot() {
        return new Snapshot(
                epoch, head, newest, holders, displays, Optional.ofNullable(scene), Optional.ofNullable(tiles), walls);
    }

    @Override
    public Page read(long after, int max) {
        beforeRead.run();
        synchronized (this) {
            return page(held.tailMap(after, false), after, max, Math.max(viewsGone, orderedGone));
        }
    }

    @Override
    public Page readOrdered(long after, int max) {
        beforeRead.run();
        synchronized (this) {
            return page(ordered.tailMap(after, false), after, max, orderedGone);
        }
    }

    private Page page(NavigableMap<Long, Entry> from, long after, int max, long gone) {
        List<Entry> found = from.values().stream().limit(max).toList();
        long to = found.size() < max ? head : found.get(found.size() - 1).seq();
        return new Page(found, Math.max(to, after), gone > after ? gone : 0);
    }

    @Override
    public synchronized boolean holds(long after, Collection<String> cameras) {
        return orderedGone <= after && cameras.stream().allMatch(c -> viewGone.getOrDefault(c, 0L) <= after);
    }

    @Override
    public synchronized boolean holdsAll(long after) {
        return orderedGone <= after && viewsGone <= after;
    }
}
