package org.geometryos.compositor.rings;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.Lens;
import org.geometryos.compositor.api.camera.View;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.camera.View3d;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Page;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.api.wall.WallMember;
import org.geometryos.compositor.health.Health;

/**
 * The sequence in memory: one ring for views of cameras, one for all else, and the newest state per key. Public for
 * what measures it by itself; the bundle exports nothing.
 */
public final class RingJournal implements Journal {
    /** What an entry takes: objects, and encodings in two codecs. Estimated from a heap histogram, rounded up. */
    private static final int VIEW_2D_BYTES = 900;

    private static final int VIEW_3D_BYTES = 1300;
    private static final int OTHER_BYTES = 600;
    /** A coefficient of a lens's distortion, as a number and in two codecs. */
    private static final int COEFFICIENT_BYTES = 64;
    /**
     * An operation on the scene, with a model and without; a character of its texts, held and encoded; a model in the
     * list of what is there after it.
     */
    private static final int MODEL_BYTES = 1500;

    private static final int OP_BYTES = 150;
    private static final int CHARACTER_BYTES = 11;
    private static final int LISTED_BYTES = 8;
    /** A member of a wall, with its encodings; one that stands at an angle, beside it. */
    private static final int MEMBER_BYTES = 900;

    private static final int PLACEMENT_BYTES = 500;
    /** A change of a wall's delay. */
    private static final int LISTED_CHANGE_BYTES = 300;

    private static final int TILESET_BYTES = 1200;
    /**
     * A tree of tiles in an operation: itself, the places of the set that it makes anew with what they part, and its
     * encodings.
     */
    private static final long TREE_FACTOR = 5;

    private static final OpSize OP_SIZE = new OpSize();
    private static final TileOpSize TILE_OP_SIZE = new TileOpSize();
    /** Without allocating, but for a lens with distortion: this is asked for each view. */
    private static final View.Visitor<Integer, RuntimeException> VIEW_BYTES = new View.Visitor<>() {
        private final Integer flat = VIEW_2D_BYTES;
        private final Integer space = VIEW_3D_BYTES;

        @Override
        public Integer view2d(View2d view) {
            return flat;
        }

        @Override
        public Integer view3d(View3d view) {
            Lens lens = view.lens().orElse(null);
            List<Double> distortion = lens == null ? null : lens.distortion().orElse(null);
            return distortion == null ? space : space + distortion.size() * COEFFICIENT_BYTES;
        }
    };

    /** So many cameras that are gone are remembered for {@link #holds}; older ones count as lost. */
    private static final int MAX_GONE_CAMERAS = 65_536;

    /** A camera, there or gone. */
    private static final class Slot {
        private Entry newest;
        /** The number of its newest view that the ring dropped. */
        private long gone;
    }

    private final String epoch;
    private final Runnable wake;
    private final ReentrantLock lock = new ReentrantLock();
    // guarded by lock
    private final Ring cameraRing = new Ring();
    private final Ring orderedRing = new Ring();
    private final Map<String, Slot> slots = new HashMap<>();
    private final Map<String, Entry> control = new HashMap<>();
    private final Map<String, Entry> displays = new HashMap<>();
    private final Map<String, Entry> walls = new HashMap<>();
    private final Placing placing = new Placing();
    private final Fitting fitting = new Fitting();
    private Entry scene;
    private Entry tiles;
    private Limits limits;
    private int cameras;
    /** Positions up to here are lost for cameras whose slots were forgotten. */
    private long forgotten;

    private volatile long head;

    /** Bytes per ring. */
    public record Limits(long camera, long ordered) {
        static final long MIN = 65_536;
        static final long MAX = 1L << 32;
        private static final long HEAP = 512L << 20;
        private static final long PARTS = 64;
        private static final long CAMERA_PARTS = 6;
        private static final long ORDERED_PARTS = 1;

        /**
         * As they are configured; 0 leaves it to the size of the heap.
         *
         * @throws IllegalArgumentException that names key, value and rule
         */
        public static Limits of(long cameraBytes, long orderedBytes) {
            return new Limits(
                    range("cameraBytes", cameraBytes, CAMERA_PARTS),
                    range("orderedBytes", orderedBytes, ORDERED_PARTS));
        }

        /** @param parts how many parts of {@link #HEAP} it is by itself, or of the heap if that is smaller */
        private static long range(String key, long value, long parts) {
            if (value == 0) {
                return Math.max(MIN, Math.min(HEAP, Runtime.getRuntime().maxMemory()) / PARTS * parts);
            }
            if (value < MIN || value > MAX) {
                throw new IllegalArgumentException(
                        key + " must be 0 or lie in [" + MIN + ", " + MAX + "], not " + value);
            }
            return value;
        }
    }

    /** @param wake called after each append, outside the lock */
    public RingJournal(Limits limits, Runnable wake) {
        this(limits, wake, newEpoch());
    }

    public RingJournal(Limits limits, Runnable wake, String epoch) {
        this.limits = limits;
        this.wake = wake;
        this.epoch = epoch;
    }

    private static String newEpoch() {
        byte[] bytes = new byte[8];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** How much is held, for an operator. */
    public List<Health.Budget> budgets() {
        lock.lock();
        try {
            return List.of(
                    new Health.Budget("views of cameras", cameraRing.bytes(), limits.camera(), "bytes", true),
                    new Health.Budget("all other entries", orderedRing.bytes(), limits.ordered(), "bytes", true));
        } finally {
            lock.unlock();
        }
    }

    public void setLimits(Limits changed) {
        lock.lock();
        try {
            limits = changed;
            cameraRing.trim(changed.camera(), this::viewGone);
            orderedRing.trim(changed.ordered(), e -> {});
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String epoch() {
        return epoch;
    }

    @Override
    public long head() {
        return head;
    }

    @Override
    public Verdict append(Change change, Fence fence) {
        long seq;
        lock.lock();
        try {
            if (!fitting.fits(change, fence)) {
                return Verdict.PASSED_OVER;
            }
            seq = head + 1;
            put(new Entry(seq, change));
            head = seq;
        } finally {
            lock.unlock();
        }
        wake.run();
        return new Verdict.Counted(seq);
    }

    // ---- of a sequence that is numbered elsewhere

    /**
     * Places a change under its number, if its fence fits. The listeners are not woken.
     *
     * @param seq above all numbers so far
     */
    public boolean place(long seq, Change change, Fence fence) {
        lock.lock();
        try {
            if (!fitting.fits(change, fence)) {
                return false;
            }
            put(new Entry(seq, change));
            head = seq;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Numbers up to here are given, to entries or to nobody here. */
    public void passTo(long seq) {
        lock.lock();
        try {
            head = Math.max(head, seq);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins with a state: what led to it is gone.
     *
     * @param seq where it stands so
     * @param newest the entries that make it up, in ascending order
     */
    public void begin(long seq, Collection<Entry> newest) {
        lock.lock();
        try {
            newest.forEach(this::put);
            head = seq;
            cameraRing.begin(seq);
            orderedRing.begin(seq);
            slots.values().forEach(slot -> slot.gone = seq);
            forgotten = seq;
        } finally {
            lock.unlock();
        }
    }

    // ---- the journal

    @Override
    public boolean fits(Change change, Fence fence) {
        lock.lock();
        try {
            return fitting.fits(change, fence);
        } finally {
            lock.unlock();
        }
    }

    private void put(Entry entry) {
        placing.entry = entry;
        entry.change().accept(placing);
    }

    /** Compares a fence with the newest entries. One instance, as {@link Placing} is; guarded by the lock. */
    private final class Fitting implements Change.Visitor<Boolean> {
        private Fence fence;

        boolean fits(Change change, Fence against) {
            if (against == Fence.NONE) {
                return true;
            }
            fence = against;
            return change.accept(this);
        }

        private static boolean is(Entry newest, long wanted) {
            return wanted == Fence.ANY || wanted == (newest == null ? 0 : newest.seq());
        }

        private boolean replaces(Entry newest) {
            return is(newest, fence.replaces());
        }

        private boolean camera(String name) {
            if (fence.replaces() == Fence.ANY) {
                return true;
            }
            Slot slot = slots.get(name);
            return replaces(slot == null ? null : slot.newest);
        }

        private boolean under(String camera) {
            return fence.under() == Fence.ANY || is(control.get(camera), fence.under());
        }

        @Override
        public Boolean cameraChanged(Change.CameraChanged change) {
            String camera = change.state().camera();
            return under(camera) && camera(camera);
        }

        @Override
        public Boolean cameraRemoved(Change.CameraRemoved change) {
            return under(change.camera()) && camera(change.camera());
        }

        @Override
        public Boolean controlChanged(Change.ControlChanged change) {
            return replaces(control.get(change.state().camera()));
        }

        @Override
        public Boolean presenceChanged(Change.PresenceChanged change) {
            return replaces(displays.get(change.presence().session()));
        }

        @Override
        public Boolean sceneChanged(Change.SceneChanged change) {
            return replaces(scene) && underOf(change);
        }

        private boolean underOf(Change.SceneChanged change) {
            return change.camera().isEmpty() || under(change.camera().get().camera());
        }

        @Override
        public Boolean tilesChanged(Change.TilesChanged change) {
            return replaces(tiles)
                    && (change.scene().isEmpty()
                            || is(scene, fence.scene())
                                    && underOf(change.scene().get()));
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

    /**
     * Puts an entry into its ring, and into the newest state. One instance, so that an append allocates none; guarded
     * by the lock.
     */
    private final class Placing implements Change.Visitor<Void> {
        private Entry entry;

        @Override
        public Void cameraChanged(Change.CameraChanged change) {
            newest(change.state().camera(), entry);
            cameraRing.add(entry, bytes(change.state()), limits.camera(), RingJournal.this::viewGone);
            return null;
        }

        @Override
        public Void cameraRemoved(Change.CameraRemoved change) {
            Slot slot = slots.get(change.camera());
            if (slot != null && slot.newest != null) {
                slot.newest = null;
                cameras--;
                forget();
            }
            return ordered(OTHER_BYTES);
        }

        @Override
        public Void controlChanged(Change.ControlChanged change) {
            if (change.state().holder().isPresent()) {
                control.put(change.state().camera(), entry);
            } else {
                control.remove(change.state().camera());
            }
            return ordered(OTHER_BYTES);
        }

        @Override
        public Void presenceChanged(Change.PresenceChanged change) {
            if (change.presence().action() == Presence.Action.LEFT) {
                displays.remove(change.presence().session());
            } else {
                displays.put(change.presence().session(), entry);
            }
            return ordered(OTHER_BYTES + characters(change.presence()) * CHARACTER_BYTES);
        }

        @Override
        public Void sceneChanged(Change.SceneChanged change) {
            scene = entry;
            change.camera().ifPresent(state -> newest(state.camera(), entry));
            return ordered(OTHER_BYTES + bytes(change));
        }

        @Override
        public Void tilesChanged(Change.TilesChanged change) {
            tiles = entry;
            int bytes = bytes(change.ops());
            if (change.scene().isPresent()) {
                Change.SceneChanged inScene = change.scene().get();
                scene = entry;
                inScene.camera().ifPresent(state -> newest(state.camera(), entry));
                bytes += bytes(inScene);
            }
            return ordered(OTHER_BYTES + bytes);
        }

        @Override
        public Void wallChanged(Change.WallChanged change) {
            walls.put(change.state().name(), entry);
            return ordered(OTHER_BYTES + bytes(change.state()));
        }

        @Override
        public Void wallRemoved(Change.WallRemoved change) {
            walls.remove(change.wall());
            return ordered(OTHER_BYTES);
        }

        private Void ordered(int size) {
            orderedRing.add(entry, size, limits.ordered(), e -> {});
            return null;
        }
    }

    private void newest(String camera, Entry entry) {
        Slot slot = slots.computeIfAbsent(camera, name -> new Slot());
        if (slot.newest == null) {
            cameras++;
        }
        slot.newest = entry;
    }

    private static int bytes(Change.SceneChanged change) {
        int bytes = (change.scene().models().size() + change.scene().selected().size()) * LISTED_BYTES
                + change.camera().map(RingJournal::bytes).orElse(0);
        for (SceneOp op : change.ops()) {
            bytes += op.accept(OP_SIZE);
        }
        return bytes;
    }

    private static int bytes(List<TileOp> ops) {
        long bytes = 0;
        for (TileOp op : ops) {
            bytes += op.accept(TILE_OP_SIZE);
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE / 2);
    }

    private static int bytes(Wall wall) {
        int bytes = length(wall.title()) * CHARACTER_BYTES + wall.delay().size() * LISTED_CHANGE_BYTES;
        for (WallMember member : wall.members()) {
            bytes += MEMBER_BYTES + (member.placement().isPresent() ? PLACEMENT_BYTES : 0);
        }
        return bytes;
    }

    private static int bytes(CameraState state) {
        return state.view().accept(VIEW_BYTES);
    }

    private static int characters(Presence presence) {
        return presence.display().length()
                + presence.user().length()
                + length(presence.settings().title())
                + length(presence.reason());
    }

    /** What an operation takes, in bytes. */
    private static final class OpSize implements SceneOp.Visitor<Integer, RuntimeException> {
        @Override
        public Integer put(SceneOp.Put op) {
            Model model = op.model();
            return MODEL_BYTES
                    + CHARACTER_BYTES
                            * (model.id().length()
                                    + model.uri().length()
                                    + length(model.label())
                                    + length(model.layer()));
        }

        @Override
        public Integer patch(SceneOp.Patch op) {
            return MODEL_BYTES
                    + CHARACTER_BYTES
                            * (op.id().length()
                                    + length(op.uri().value())
                                    + length(op.label().value())
                                    + length(op.layer().value()));
        }

        @Override
        public Integer remove(SceneOp.Remove op) {
            return OP_BYTES;
        }

        @Override
        public Integer select(SceneOp.Select op) {
            return OP_BYTES
                    + CHARACTER_BYTES
                            * op.ids().stream().mapToInt(String::length).sum();
        }

        @Override
        public Integer clear(SceneOp.Clear op) {
            return OP_BYTES;
        }
    }

    /** What an operation on tiles takes, in bytes, with what it makes differ from the set before it. */
    private static final class TileOpSize implements TileOp.Visitor<Long, RuntimeException> {
        @Override
        public Long declare(TileOp.Declare op) {
            return (long) TILESET_BYTES
                    + CHARACTER_BYTES
                            * (op.tileset().id().length()
                                    + op.tileset().address().length());
        }

        @Override
        public Long drop(TileOp.Drop op) {
            return (long) OP_BYTES;
        }

        @Override
        public Long put(TileOp.Put op) {
            return OP_BYTES + TREE_FACTOR * op.tiles().bytes();
        }

        @Override
        public Long remove(TileOp.Remove op) {
            return OP_BYTES + TREE_FACTOR * op.tiles().bytes();
        }
    }

    private static int length(Optional<String> text) {
        return text.map(String::length).orElse(0);
    }

    private void viewGone(Entry entry) {
        Slot slot = slots.get(((Change.CameraChanged) entry.change()).state().camera());
        if (slot != null) {
            slot.gone = entry.seq();
        }
    }

    private void forget() {
        if (slots.size() - cameras > MAX_GONE_CAMERAS) {
            slots.values().removeIf(slot -> slot.newest == null);
            forgotten = head + 1;
        }
    }

    @Override
    public Optional<Entry> camera(String name) {
        lock.lock();
        try {
            Slot slot = slots.get(name);
            return slot == null ? Optional.empty() : Optional.ofNullable(slot.newest);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Entry> control(String camera) {
        lock.lock();
        try {
            return Optional.ofNullable(control.get(camera));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Map<String, Entry> holders() {
        lock.lock();
        try {
            return Map.copyOf(control);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Entry> display(String session) {
        lock.lock();
        try {
            return Optional.ofNullable(displays.get(session));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Entry> scene() {
        lock.lock();
        try {
            return Optional.ofNullable(scene);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Entry> tiles() {
        lock.lock();
        try {
            return Optional.ofNullable(tiles);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Entry> wall(String name) {
        lock.lock();
        try {
            return Optional.ofNullable(walls.get(name));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Map<String, Entry> walls() {
        lock.lock();
        try {
            return Map.copyOf(walls);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int cameras() {
        lock.lock();
        try {
            return cameras;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Snapshot snapshot() {
        lock.lock();
        try {
            Map<String, Entry> views = new HashMap<>();
            slots.forEach((name, slot) -> {
                if (slot.newest != null) {
                    views.put(name, slot.newest);
                }
            });
            return new Snapshot(
                    epoch,
                    head,
                    views,
                    control,
                    displays,
                    Optional.ofNullable(scene),
                    Optional.ofNullable(tiles),
                    walls);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Page read(long after, int max) {
        lock.lock();
        try {
            List<Entry> found = new ArrayList<>();
            long c = cameraRing.after(after);
            long o = orderedRing.after(after);
            while (found.size() < max) {
                Entry view = cameraRing.at(c);
                Entry other = orderedRing.at(o);
                if (view == null && other == null) {
                    break;
                }
                if (other == null || view != null && view.seq() < other.seq()) {
                    found.add(view);
                    c++;
                } else {
                    found.add(other);
                    o++;
                }
            }
            return page(found, max, after, Math.max(cameraRing.gone(), orderedRing.gone()));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Page readOrdered(long after, int max) {
        lock.lock();
        try {
            List<Entry> found = new ArrayList<>();
            Entry entry;
            for (long o = orderedRing.after(after); found.size() < max && (entry = orderedRing.at(o)) != null; o++) {
                found.add(entry);
            }
            return page(found, max, after, orderedRing.gone());
        } finally {
            lock.unlock();
        }
    }

    private Page page(List<Entry> found, int max, long after, long gone) {
        long to = found.size() < max ? head : found.get(found.size() - 1).seq();
        return new Page(found, Math.max(to, after), gone > after ? gone : 0);
    }

    @Override
    public boolean holds(long after, Collection<String> names) {
        lock.lock();
        try {
            if (orderedRing.gone() > after || after < forgotten) {
                return false;
            }
            for (String name : names) {
                Slot slot = slots.get(name);
                if (slot != null && slot.gone > after) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean holdsAll(long after) {
        lock.lock();
        try {
            return orderedRing.gone() <= after && cameraRing.gone() <= after;
        } finally {
            lock.unlock();
        }
    }
}
