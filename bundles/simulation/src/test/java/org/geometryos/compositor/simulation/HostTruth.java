package org.geometryos.compositor.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Snapshot;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.Tiles;

/**
 * What several hosts that share a log promise: one sequence, the same on all; what was acknowledged is in it once, what
 * was refused never; one holder of a camera; transactions that build on each other; and who goes on anywhere misses and
 * doubles nothing.
 */
final class HostTruth {
    /** A lease is 5 s of a clock that may be wrong by a tenth. */
    private static final long LEASE_NANOS = 4_200_000_000L;

    /** A host is gone after 2 s without a sign of life, of a clock that may be wrong by a twentieth. */
    private static final long SILENT_NANOS = 1_800_000_000L;

    /** So long it may take until it is in the sequence that a camera is given back. */
    private static final long GIVEN_NANOS = 20_000_000_000L;

    private final Timeline time;
    private final History history;
    /** What counted, by number; null where a record was passed over. */
    private final NavigableMap<Long, Change> sequence = new TreeMap<>();

    private final Set<Long> passed = new HashSet<>();
    private long frontier;
    // the state at the frontier
    private final Map<String, ControlState> holders = new HashMap<>();
    private final Map<String, Long> moved = new HashMap<>();
    private final Map<String, Presence> displays = new HashMap<>();
    private Scene scene = Scene.EMPTY;
    private Tiles tiles = Tiles.NONE;
    // who asked for what
    private final Map<String, Long> places = new HashMap<>();
    private final Map<String, Long> asked = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private final Map<String, Long> samples = new HashMap<>();
    private final Map<String, Long> given = new HashMap<>();
    /** When a run of a host was seen to begin first, by host and record. */
    private final Map<String, NavigableMap<Long, Long>> runs = new HashMap<>();

    private final Set<Long> ends = new HashSet<>();
    long acknowledged;
    long resumed;
    long snapshots;

    HostTruth(Timeline time, History history) {
        this.time = time;
        this.history = history;
    }

    // ---- one sequence

    void placed(String host, long seq, Change change) {
        if (seq <= frontier) {
            Change known = sequence.get(seq);
            if (known == null) {
                // a host that joined by a checkpoint has not seen it be passed over
                throw new Violation(host + " counts " + seq + " " + change + ", which others passed over");
            }
            if (!known.equals(change)) {
                throw new Violation(host + " has " + change + " under " + seq + ", others " + known);
            }
            return;
        }
        frontier = seq;
        sequence.put(seq, change);
        history.note(host, seq + " " + change);
        check(seq, change);
    }

    void passed(String host, long seq) {
        if (seq <= frontier) {
            if (sequence.containsKey(seq)) {
                throw new Violation(
                        host + " passes over " + seq + " " + sequence.get(seq) + ", which counts elsewhere");
            }
            return;
        }
        frontier = seq;
        passed.add(seq);
    }

    private void check(long seq, Change change) {
        if (change instanceof Change.ControlChanged changed) {
            control(changed.state());
        } else if (change instanceof Change.CameraRemoved removed) {
            if (holders.containsKey(removed.camera())) {
                throw new Violation(seq + ": camera " + removed.camera() + " goes while it is held");
            }
        } else if (change instanceof Change.PresenceChanged changed) {
            presence(changed.presence());
        } else if (change instanceof Change.TilesChanged made) {
            tiles(seq, made);
        }
        change.inScene().ifPresent(made -> transaction(seq, made));
        change.view().ifPresent(state -> view(seq, state));
    }

    private static boolean same(ControlState held, CameraState state) {
        return held.holder().equals(Optional.of(state.source()))
                && held.session().equals(state.origin());
    }

    private void view(long seq, CameraState state) {
        ControlState holder = holders.get(state.camera());
        if (holder == null || !same(holder, state)) {
            throw new Violation(seq + ": " + state.source() + " moves " + state.camera() + ", which "
                    + (holder == null ? "nobody" : holder.holder().orElse("?")) + " holds");
        }
        String key = key(state.source(), state.sample().orElse(-1));
        // a lease begins when its holder moves the camera, and not when the others learn of it
        moved.merge(state.camera(), asked.getOrDefault(key, Timeline.START), Math::max);
        stands(key, seq);
        long last = samples.getOrDefault(state.source() + " " + state.camera(), 0L);
        if (state.sample().orElse(0) <= last) {
            throw new Violation(key + " stands under " + seq + ", behind sample " + last);
        }
        samples.put(state.source() + " " + state.camera(), state.sample().orElse(0));
    }

    private void control(ControlState next) {
        ControlState before = holders.get(next.camera());
        boolean other = before != null
                && next.holder().isPresent()
                && !(before.holder().equals(next.holder()) && before.session().equals(next.session()));
        long quiet = time.getAsLong() - moved.getOrDefault(next.camera(), Timeline.START);
        if (other && next.priority() <= before.priority() && next.priority() != Driver.FORCED && quiet < LEASE_NANOS) {
            throw new Violation("camera " + next.camera() + " goes from "
                    + before.holder().get() + " to " + next.holder().get() + " without right");
        }
        if (before != null && next.holder().isEmpty() && quiet < LEASE_NANOS && !isGiven(next.camera())) {
            throw new Violation("the lease of " + before.holder().get() + " on " + next.camera() + " ends after "
                    + quiet / 1_000_000 + " ms");
        }
        if (next.holder().isPresent()) {
            holders.put(next.camera(), next);
            moved.put(next.camera(), time.getAsLong());
        } else {
            holders.remove(next.camera());
        }
    }

    private void presence(Presence next) {
        boolean known = displays.containsKey(next.session());
        if (known == (next.action() == Presence.Action.JOINED)) {
            throw new Violation(
                    next.session() + " " + next.action() + " while it is " + (known ? "there" : "not there"));
        }
        if (next.action() == Presence.Action.LEFT) {
            displays.remove(next.session());
        } else {
            displays.put(next.session(), next);
        }
    }

    private void transaction(long seq, Change.SceneChanged made) {
        Scene then;
        try {
            then = scene.after(made.ops());
        } catch (NoSuchModelException e) {
            throw new Violation(seq + ": " + e.getMessage());
        }
        if (!then.models().equals(made.scene().models())
                || scene.revision() + 1 != made.scene().revision()) {
            throw new Violation(seq + ": a transaction leads to " + made.scene() + ", not to " + then);
        }
        scene = made.scene();
        for (SceneOp op : made.ops()) {
            if (op instanceof SceneOp.Put put) {
                stands(put.model().id(), seq);
            }
        }
    }

    private void stands(String key, long seq) {
        Long before = places.put(key, seq);
        if (before != null) {
            throw new Violation(key + " stands under " + before + " and " + seq);
        }
        if (refused.contains(key)) {
            throw new Violation(key + " was refused and stands under " + seq);
        }
    }

    private void tiles(long seq, Change.TilesChanged made) {
        Tiles then;
        try {
            then = tiles.after(made.ops());
        } catch (NoSuchTilesetException e) {
            throw new Violation(seq + ": " + e.getMessage());
        }
        if (!then.equals(made.tiles())) {
            throw new Violation(seq + ": a transaction leads to " + made.tiles() + ", not to " + then);
        }
        tiles = then;
        for (TileOp op : made.ops()) {
            if (op instanceof TileOp.Put put) {
                put.tiles().forEach((z, x, y, version) -> stands(tile(version), seq));
            }
        }
    }

    /** Those that are announced. */
    Set<String> displays() {
        return Set.copyOf(displays.keySet());
    }

    /** The holders of cameras, by camera. */
    Map<String, String> holders() {
        Map<String, String> names = new TreeMap<>();
        holders.forEach((camera, held) -> names.put(camera, held.holder().orElseThrow()));
        return names;
    }

    // ---- hosts

    /** A run of a host begins, for one of those who look on. */
    void joined(String host, long seq) {
        runs.computeIfAbsent(host, name -> new TreeMap<>()).putIfAbsent(seq, time.getAsLong());
    }

    /** The run of a host that is there ends. Who says so has known of it for so long as it takes to be silent. */
    void gone(String host, long seq) {
        if (!ends.add(seq)) {
            return;
        }
        Map.Entry<Long, Long> run = runs.getOrDefault(host, new TreeMap<>()).lowerEntry(seq);
        long lasted = run == null ? Long.MAX_VALUE : time.getAsLong() - run.getValue();
        if (lasted < SILENT_NANOS) {
            throw new Violation(
                    host + " is gone by " + seq + ", " + lasted / 1_000_000 + " ms after it joined by " + run.getKey());
        }
    }

    // ---- what was asked for

    static String key(String source, long sample) {
        return source + "/" + sample;
    }

    static String tile(long version) {
        return "tile/" + version;
    }

    /** Somebody moves a camera. */
    void asked(String key) {
        asked.put(key, time.getAsLong());
    }

    /** Somebody gives a camera back, or removes it, now or within a while. */
    void gives(String camera) {
        given.put(camera, time.getAsLong());
    }

    private boolean isGiven(String camera) {
        Long since = given.get(camera);
        return since != null && time.getAsLong() - since < GIVEN_NANOS;
    }

    /** A source keeps a camera without moving it; to no avail if by now another one holds it. */
    void keeps(String camera, String source) {
        ControlState held = holders.get(camera);
        if (held != null && held.holder().equals(Optional.of(source))) {
            moved.put(camera, time.getAsLong());
        }
    }

    void answered(String key, Outcome outcome) {
        if (outcome instanceof Outcome.Accepted accepted) {
            accepted(key, accepted.seq());
        } else if (((Outcome.Refused) outcome).reason() != Outcome.Reason.UNAVAILABLE) {
            refused(key);
        }
    }

    void answered(String key, SceneOutcome outcome) {
        if (outcome instanceof SceneOutcome.Accepted accepted) {
            accepted(key, accepted.seq());
        } else if (((SceneOutcome.Refused) outcome).reason() != Outcome.Reason.UNAVAILABLE) {
            refused(key);
        }
    }

    void answered(String key, Verdict verdict) {
        if (verdict instanceof Verdict.Counted counted) {
            accepted(key, OptionalLong.of(counted.seq()));
        } else if (verdict instanceof Verdict.PassedOver) {
            refused(key);
        }
    }

    private void accepted(String key, OptionalLong seq) {
        acknowledged++;
        Long place = places.get(key);
        if (place == null || seq.isEmpty() || place != seq.getAsLong()) {
            throw new Violation(key + " was acknowledged with " + seq + " and stands under " + place);
        }
    }

    private void refused(String key) {
        refused.add(key);
        if (places.containsKey(key)) {
            throw new Violation(key + " was refused and stands under " + places.get(key));
        }
    }

    // ---- displays

    /** A display read on. */
    void read(String display, long after, long to, List<Entry> entries) {
        resumed++;
        List<Long> numbers = new ArrayList<>();
        for (Entry entry : entries) {
            numbers.add(entry.seq());
            if (!entry.change().equals(sequence.get(entry.seq()))) {
                throw new Violation(display + " reads " + entry + ", not " + sequence.get(entry.seq()));
            }
        }
        List<Long> wanted = new ArrayList<>(
                sequence.subMap(after, false, Math.max(after, to), true).keySet());
        if (!numbers.equals(wanted)) {
            throw new Violation(display + " reads " + numbers + " behind " + after + ", not " + wanted);
        }
    }

    /** A display begins anew. */
    void snapshot(String display, Snapshot seen) {
        snapshots++;
        Map<String, CameraState> cameras = new HashMap<>();
        Map<String, ControlState> control = new HashMap<>();
        Map<String, Presence> there = new HashMap<>();
        Scene now = Scene.EMPTY;
        Tiles set = Tiles.NONE;
        for (Change change : sequence.headMap(seen.seq(), true).values()) {
            change.view().ifPresent(state -> cameras.put(state.camera(), state));
            if (change instanceof Change.CameraRemoved removed) {
                cameras.remove(removed.camera());
            } else if (change instanceof Change.ControlChanged changed) {
                put(control, changed.state().camera(), changed.state().holder().isPresent(), changed.state());
            } else if (change instanceof Change.PresenceChanged changed) {
                put(
                        there,
                        changed.presence().session(),
                        changed.presence().action() != Presence.Action.LEFT,
                        changed.presence());
            } else if (change instanceof Change.TilesChanged made) {
                set = made.tiles();
            }
            now = change.inScene().map(Change.SceneChanged::scene).orElse(now);
        }
        same(display, "cameras", cameras, views(seen));
        Map<String, ControlState> held = new HashMap<>();
        seen.control().forEach((name, entry) -> held.put(name, ((Change.ControlChanged) entry.change()).state()));
        same(display, "holders", control, held);
        Map<String, Presence> present = new HashMap<>();
        seen.displays()
                .forEach((name, entry) -> present.put(name, ((Change.PresenceChanged) entry.change()).presence()));
        same(display, "displays", there, present);
        same(
                display,
                "scene",
                now,
                seen.scene()
                        .map(entry -> entry.change().inScene().orElseThrow().scene())
                        .orElse(Scene.EMPTY));
        same(
                display,
                "tiles",
                set,
                seen.tiles()
                        .map(entry -> ((Change.TilesChanged) entry.change()).tiles())
                        .orElse(Tiles.NONE));
    }

    private static Map<String, CameraState> views(Snapshot seen) {
        Map<String, CameraState> views = new HashMap<>();
        seen.cameras()
                .forEach((name, entry) -> views.put(name, entry.change().view().orElseThrow()));
        return views;
    }

    private static <T> void put(Map<String, T> into, String key, boolean there, T value) {
        if (there) {
            into.put(key, value);
        } else {
            into.remove(key);
        }
    }

    private static void same(String display, String what, Object wanted, Object seen) {
        if (!wanted.equals(seen)) {
            throw new Violation(display + " is shown the " + what + " " + seen + ", not " + wanted);
        }
    }
}
