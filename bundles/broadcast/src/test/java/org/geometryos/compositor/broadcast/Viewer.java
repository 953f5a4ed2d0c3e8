package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.connection.Subscription;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.protocol.RequestId;
import org.geometryos.compositor.protocol.ServerMessage;
import org.geometryos.compositor.testkit.FakeJournal;
import org.geometryos.compositor.testkit.FakeLink;

/**
 * A display that checks whatever it is sent against what truly happened (protocol, "Delivery and the account"). It
 * knows all entries there ever were, and works out by itself what it should have been given.
 */
final class Viewer {
    final String session;
    private final Function<String, FakeJournal> journals;
    private final boolean gapsMayCome;

    FakeLink link;
    private int read;
    /** What it asked for and was not answered yet. */
    private final ArrayDeque<Subscription> asked = new ArrayDeque<>();

    private final ArrayDeque<Long> ids = new ArrayDeque<>();
    private long nextId;
    private boolean snapshotDue;
    private ServerMessage.Gap gap;

    Subscription subscription = Subscription.NONE;
    private String epoch;
    /** Position of the last snapshot, or of the resume. */
    private long base;
    /** Highest number applied in this epoch. */
    long applied;

    private final Map<String, Long> cameras = new HashMap<>();
    private final Map<String, ControlState> control = new HashMap<>();
    private final Map<String, Presence> displays = new HashMap<>();
    private final Map<String, Wall> walls = new HashMap<>();
    /** As it has it; null as long as it has not, or has not all: there were times without echo. */
    private Scene scene;
    /** The last one of those that come one by one ({@code every}: of all). */
    private long lastOrdered;
    /** Views up to here are repeated at a resume. */
    private long repeatTo;

    // the account of this link
    private record Span(String epoch, long after, long viewsAfter, Subscription subscription, long[] to) {}

    private final List<Span> spans = new ArrayList<>();
    private final NavigableSet<Long> counted = new TreeSet<>();
    private long countedBefore;
    private long lastSeq = -1;
    private long lastRefused;
    private boolean epochLost;
    private long sumBefore = -1;

    private final Map<String, List<Long>> viewTimes = new HashMap<>();

    /** @param journals by epoch */
    Viewer(String session, String epoch, Function<String, FakeJournal> journals, boolean gapsMayCome) {
        this.session = session;
        this.epoch = epoch;
        this.journals = journals;
        this.gapsMayCome = gapsMayCome;
    }

    /** Asks for a subscription. @return the id of the request */
    long ask(Subscription next) {
        asked.add(next);
        ids.add(++nextId);
        return nextId;
    }

    boolean waits() {
        return !asked.isEmpty();
    }

    void connect(FakeLink to) {
        link = to;
        read = 0;
        newAccount();
    }

    /** Continues on another link behind what it applied; what it did not read of the old one is lost. */
    void resume(FakeLink to, long welcomed) {
        connect(to);
        repeatTo = subscription.every() ? 0 : welcomed;
        base = applied;
        lastOrdered = applied;
        gap = null;
        snapshotDue = false;
        if (!subscription.none()) {
            spans.add(new Span(
                    epoch,
                    applied,
                    subscription.every() ? applied : Math.max(applied, welcomed),
                    subscription,
                    new long[] {Long.MAX_VALUE}));
        }
    }

    private void newAccount() {
        spans.clear();
        counted.clear();
        countedBefore = 0;
        lastSeq = -1;
        lastRefused = 0;
        repeatTo = 0;
        epochLost = false;
        sumBefore = -1;
        viewTimes.clear();
    }

    private Entry entry(long seq) {
        return journals.apply(epoch).entry(seq);
    }

    private static String camera(Change change) {
        if (change.view().isPresent()) {
            return change.view().get().camera();
        }
        if (change instanceof Change.SceneChanged) {
            return "no camera";
        }
        if (change instanceof Change.PresenceChanged changed) {
            return "display " + changed.presence().session();
        }
        if (wall(change) != null) {
            return "wall " + wall(change);
        }
        return change instanceof Change.CameraRemoved removed
                ? removed.camera()
                : ((Change.ControlChanged) change).state().camera();
    }

    /** The name of the wall that a change is about, or null. */
    private static String wall(Change change) {
        if (change instanceof Change.WallChanged changed) {
            return changed.state().name();
        }
        return change instanceof Change.WallRemoved removed ? removed.wall() : null;
    }

    private static void wall(Map<String, Wall> walls, Change change) {
        if (change instanceof Change.WallChanged changed) {
            walls.put(changed.state().name(), changed.state());
        } else {
            walls.remove(wall(change));
        }
    }

    private static boolean isView(Subscription of, Entry entry) {
        return entry.change() instanceof Change.CameraChanged
                || entry.change() instanceof Change.SceneChanged && !of.scene();
    }

    /** Whether it gives a display that subscribed so a view, by itself or with a transaction. */
    private static boolean hasView(Subscription of, Entry entry) {
        return entry.change().view().filter(state -> of.wants(state.camera())).isPresent();
    }

    private boolean wants(Subscription of, Entry entry) {
        return subscribed(of, entry) && (of.echo() || !entry.change().origin().equals(Optional.of(session)));
    }

    private static boolean subscribed(Subscription of, Entry entry) {
        if (entry.change() instanceof Change.PresenceChanged) {
            return of.presence();
        }
        if (wall(entry.change()) != null) {
            return of.wantsWall(wall(entry.change()));
        }
        if (entry.change() instanceof Change.SceneChanged) {
            return of.scene() || hasView(of, entry);
        }
        return of.all() || of.cameras().contains(camera(entry.change()));
    }

    // ---- what comes in

    /** Reads some of what came. */
    void read(int max) {
        List<FakeLink.Arrival> arrivals = link.arrivals();
        for (int n = 0; n < max && read < arrivals.size(); n++) {
            FakeLink.Arrival arrival = arrivals.get(read++);
            take(arrival.message(), arrival.at());
        }
    }

    void readAll() {
        read(Integer.MAX_VALUE);
    }

    private void take(ServerMessage message, long at) {
        String as = session + " at " + message;
        if (snapshotDue) {
            assertThat(message).as(as).isInstanceOf(ServerMessage.Snapshot.class);
        }
        if (message instanceof ServerMessage.Ack ack) {
            assertThat(gap).as(as).isNull();
            assertThat(ids).as(as).isNotEmpty();
            assertThat(ack.id()).as(as).isEqualTo(new RequestId.Number(ids.poll()));
            snapshotDue = true;
        } else if (message instanceof ServerMessage.Snapshot snapshot) {
            snapshot(snapshot, as);
        } else if (message instanceof ServerMessage.Gap g) {
            assertThat(gapsMayCome).as("%s: nothing was lost", as).isTrue();
            assertThat(g.from()).as(as).isLessThanOrEqualTo(g.to());
            gap = g;
            snapshotDue = true;
        } else if (message instanceof ServerMessage.Heartbeat beat) {
            heartbeat(beat, as);
        } else {
            change(message, at, as);
        }
    }

    private void snapshot(ServerMessage.Snapshot snapshot, String as) {
        boolean answer = snapshotDue && gap == null;
        snapshotDue = false;
        Subscription next = answer ? asked.poll() : subscription;
        boolean another = !snapshot.epoch().equals(epoch);
        if (another) {
            assertThat(snapshot.all()).as(as).isTrue();
            assertThat(answer && !subscription.none()).as(as).isFalse();
            epoch = snapshot.epoch();
            applied = 0;
            epochLost = true;
            countedBefore += counted.size();
            counted.clear();
            lastSeq = -1;
            sumBefore = -1;
        } else if (answer) {
            assertThat(snapshot.all()).as(as).isEqualTo(subscription.none());
        } else {
            assertThat(gap).as("%s: a snapshot nobody asked for", as).isNotNull();
            assertThat(snapshot.all()).as(as).isTrue();
            assertThat(snapshot.seq()).as(as).isEqualTo(gap.to());
        }
        assertThat(snapshot.seq()).as(as).isGreaterThanOrEqualTo(applied);
        if (!another && !subscription.none() && gap == null) {
            complete(snapshot.seq(), as);
        }
        gap = null;
        // what it holds is what stood at that number
        Map<String, Long> views = new HashMap<>();
        Map<String, ControlState> holders = new HashMap<>();
        Map<String, Presence> present = new HashMap<>();
        Map<String, Wall> newWalls = new HashMap<>();
        for (Entry entry : journals.apply(epoch).all().subList(0, (int) snapshot.seq())) {
            if (entry.change() instanceof Change.PresenceChanged changed) {
                present(present, changed.presence());
                continue;
            }
            String wall = wall(entry.change());
            if (wall != null) {
                if (next.wantsWall(wall) && (snapshot.all() || !subscription.wantsWall(wall))) {
                    wall(newWalls, entry.change());
                }
                continue;
            }
            String camera = camera(entry.change());
            boolean had = !snapshot.all()
                    && (subscription.all() || subscription.cameras().contains(camera));
            if (had || !next.all() && !next.cameras().contains(camera)) {
                continue;
            }
            if (entry.change() instanceof Change.SceneChanged
                    && entry.change().view().isEmpty()) {
                continue;
            }
            if (entry.change().view().isPresent()) {
                views.put(camera, entry.seq());
            } else if (entry.change() instanceof Change.CameraRemoved) {
                views.remove(camera);
            } else {
                ControlState state = ((Change.ControlChanged) entry.change()).state();
                if (state.holder().isPresent()) {
                    holders.put(camera, state);
                } else {
                    holders.remove(camera);
                }
            }
        }
        Map<String, Long> got = new HashMap<>();
        snapshot.cameras().forEach(c -> got.put(c.state().camera(), c.seq().getAsLong()));
        assertThat(got).as(as).isEqualTo(views);
        boolean newlyPresent = next.presence() && (snapshot.all() || !subscription.presence());
        assertThat(snapshot.displays().isPresent()).as(as).isEqualTo(newlyPresent);
        snapshot.displays()
                .ifPresent(list -> assertThat(list)
                        .as(as)
                        .extracting(ServerMessage.Display::presence)
                        .containsExactlyInAnyOrderElementsOf(present.values()));
        if (newlyPresent) {
            displays.clear();
            displays.putAll(present);
        }
        assertThat(snapshot.walls().isPresent())
                .as(as)
                .isEqualTo(next.allWalls() || !next.walls().isEmpty());
        Map<String, Wall> gotWalls = new HashMap<>();
        snapshot.walls()
                .ifPresent(list -> list.forEach(w -> gotWalls.put(w.state().name(), w.state())));
        assertThat(gotWalls).as(as).isEqualTo(newWalls);
        if (snapshot.all()) {
            walls.clear();
        }
        walls.keySet().removeIf(name -> !next.wantsWall(name));
        walls.putAll(newWalls);
        boolean newScene = next.scene() && (snapshot.all() || !subscription.scene());
        assertThat(snapshot.scene().isPresent()).as(as).isEqualTo(newScene);
        snapshot.scene().ifPresent(state -> {
            scene = new Scene(state.revision(), state.models(), state.selected());
            assertThat(scene).as(as).isEqualTo(sceneAt(snapshot.seq()));
        });
        Map<String, String> gotHolders = new HashMap<>();
        snapshot.control()
                .forEach(c ->
                        gotHolders.put(c.state().camera(), c.state().holder().orElseThrow()));
        Map<String, String> trueHolders = new HashMap<>();
        holders.forEach(
                (camera, state) -> trueHolders.put(camera, state.holder().orElseThrow()));
        assertThat(gotHolders).as(as).isEqualTo(trueHolders);
        if (snapshot.all()) {
            cameras.clear();
            control.clear();
        } else {
            cameras.keySet().removeIf(c -> !next.all() && !next.cameras().contains(c));
            control.keySet().removeIf(c -> !next.all() && !next.cameras().contains(c));
        }
        cameras.putAll(views);
        control.putAll(holders);
        begin(next, snapshot.seq(), answer || another);
    }

    private Scene sceneAt(long seq) {
        Scene stands = Scene.EMPTY;
        for (Entry entry : journals.apply(epoch).all().subList(0, (int) seq)) {
            stands = entry.change() instanceof Change.SceneChanged changed ? changed.scene() : stands;
        }
        return stands;
    }

    private static void present(Map<String, Presence> displays, Presence presence) {
        if (presence.action() == Presence.Action.LEFT) {
            displays.remove(presence.session());
        } else {
            displays.put(presence.session(), presence);
        }
    }

    private void begin(Subscription next, long seq, boolean span) {
        if (span) {
            spans.stream().filter(s -> s.to[0] == Long.MAX_VALUE).forEach(s -> s.to[0] = seq);
            if (!next.none()) {
                spans.add(new Span(epoch, seq, seq, next, new long[] {Long.MAX_VALUE}));
            }
        }
        if (!next.equals(subscription)) {
            viewTimes.clear();
        }
        if (!next.scene() || !next.echo()) {
            scene = null;
        }
        subscription = next;
        base = seq;
        applied = seq;
        lastOrdered = seq;
        repeatTo = 0;
    }

    private void change(ServerMessage message, long at, String as) {
        assertThat(gap).as(as).isNull();
        long seq = Stage.seq(message).getAsLong();
        Entry entry = entry(seq);
        assertThat(wants(subscription, entry)).as("%s: not asked for", as).isTrue();
        String camera = camera(entry.change());
        if (!isView(subscription, entry) && hasView(subscription, entry) && message instanceof ServerMessage.Camera) {
            assertThat(seq).as("%s: a transaction that it has had", as).isLessThanOrEqualTo(Math.min(repeatTo, base));
            assertThat(message)
                    .as(as)
                    .isEqualTo(new ServerMessage.Camera(
                            OptionalLong.of(seq), entry.change().view().get()));
            cameras.merge(camera, seq, Math::max);
            return;
        }
        assertThat(message).as(as).isEqualTo(expected(entry));
        if (isView(subscription, entry)) {
            if (seq <= repeatTo) {
                // the newest of this camera as of the resume
                cameras.merge(camera, seq, Math::max);
                applied = Math.max(applied, seq);
                return;
            }
            assertThat(seq).as("%s: behind the snapshot", as).isGreaterThan(base);
            assertThat(seq).as("%s: ascending per camera", as).isGreaterThan(cameras.getOrDefault(camera, 0L));
            if (subscription.every()) {
                next(seq, as);
            } else if (subscription.rate().isEmpty()) {
                assertThat(seq)
                        .as("%s: ascending", as)
                        .isGreaterThan(counted.isEmpty() ? base : Math.max(base, counted.last()));
            } else {
                List<Long> times = viewTimes.computeIfAbsent(camera, c -> new ArrayList<>());
                times.add(at);
                if (!waits()) {
                    rate(times, as);
                }
            }
            cameras.put(camera, seq);
        } else {
            next(seq, as);
            if (entry.change() instanceof Change.SceneChanged changed) {
                if (hasView(subscription, entry)) {
                    cameras.merge(camera, seq, Math::max);
                }
                if (scene != null) {
                    scene = after(scene, changed);
                }
            } else if (entry.change() instanceof Change.PresenceChanged changed) {
                present(displays, changed.presence());
            } else if (wall(entry.change()) != null) {
                wall(walls, entry.change());
            } else if (entry.change() instanceof Change.CameraRemoved) {
                cameras.remove(camera);
            } else {
                ControlState state = ((Change.ControlChanged) entry.change()).state();
                if (state.holder().isPresent()) {
                    control.put(camera, state);
                } else {
                    control.remove(camera);
                }
            }
        }
        applied = Math.max(applied, seq);
        assertThat(counted.add(seq)).as("%s: twice", as).isTrue();
    }

    /** The message that says what this display is to know of an entry. */
    private ServerMessage expected(Entry entry) {
        if (entry.change() instanceof Change.SceneChanged changed) {
            ServerMessage.Camera camera = changed.camera()
                    .map(state -> new ServerMessage.Camera(
                            subscription.scene() ? OptionalLong.empty() : OptionalLong.of(entry.seq()), state))
                    .orElse(null);
            return subscription.scene()
                    ? new ServerMessage.Scene(
                            entry.seq(),
                            changed.ops(),
                            changed.origin(),
                            hasView(subscription, entry) ? Optional.of(camera) : Optional.empty(),
                            OptionalLong.of(changed.time()))
                    : camera;
        }
        return CodecRef.message(entry, Extent.WHOLE);
    }

    private static Scene after(Scene scene, Change.SceneChanged changed) {
        try {
            return scene.after(changed.ops());
        } catch (NoSuchModelException e) {
            throw new AssertionError(e);
        }
    }

    /** Whatever comes one by one is the next one of its kind. */
    private void next(long seq, String as) {
        for (long n = lastOrdered + 1; n < seq; n++) {
            Entry missed = entry(n);
            boolean oneByOne = subscription.every() || !isView(subscription, missed);
            assertThat(oneByOne && wants(subscription, missed))
                    .as("%s: %d was left out", as, n)
                    .isFalse();
        }
        assertThat(seq).as(as).isGreaterThan(lastOrdered);
        lastOrdered = seq;
    }

    /** In no stretch more than the rate allows. */
    private void rate(List<Long> times, String as) {
        double period = 1e9 / subscription.rate().getAsDouble();
        long last = times.get(times.size() - 1);
        for (int i = 0; i < times.size() - 1; i++) {
            assertThat(last - times.get(i) + 0.11 * period)
                    .as("%s: too many", as)
                    .isGreaterThanOrEqualTo((times.size() - 1 - i) * period);
        }
    }

    private void heartbeat(ServerMessage.Heartbeat beat, String as) {
        if (subscription.none()) {
            // of a new epoch it is not told, and counts no further
            if (!epochLost) {
                assertThat(beat.delivered()).as("%s: delivered", as).isEqualTo(countedBefore + counted.size());
            }
            return;
        }
        assertThat(beat.seq()).as("%s: behind the one before", as).isGreaterThanOrEqualTo(lastSeq);
        lastSeq = beat.seq();
        long delivered = counted.headSet(beat.seq(), true).size();
        if (epochLost && sumBefore < 0) {
            // of what went ahead of views held back at the end of the old epoch the count may be lost with the
            // broadcaster
            assertThat(beat.delivered()).as("%s: delivered", as).isLessThanOrEqualTo(countedBefore + delivered);
            countedBefore = beat.delivered() - delivered;
        }
        assertThat(beat.delivered()).as("%s: delivered", as).isEqualTo(countedBefore + delivered);
        if (!gapsMayCome) {
            assertThat(beat.refused()).as(as).isZero();
        }
        assertThat(beat.refused()).as(as).isGreaterThanOrEqualTo(lastRefused);
        lastRefused = beat.refused();
        long sum = beat.delivered() + beat.superseded() + beat.refused();
        long meant = meant(beat.seq());
        if (epochLost) {
            // what the old epoch had for it beyond its last heartbeat nobody can know
            if (sumBefore < 0) {
                assertThat(sum).as("%s: account", as).isGreaterThanOrEqualTo(meant);
                sumBefore = sum - meant;
            }
            assertThat(sum - sumBefore).as("%s: account", as).isEqualTo(meant);
        } else {
            assertThat(sum).as("%s: account", as).isEqualTo(meant);
        }
        if (subscription.every()) {
            assertThat(beat.superseded())
                    .as("%s: superseded under every alone", as)
                    .matches(n -> n == 0 || spans.stream().anyMatch(s -> !s.subscription.every()));
        }
        if (!subscription.none() && beat.seq() >= base) {
            upTo(beat.seq(), as);
        }
    }

    /** How many entries were meant for this display up to a number. */
    private long meant(long seq) {
        long count = 0;
        for (Span span : spans) {
            if (!span.epoch.equals(epoch)) {
                continue;
            }
            for (long n = span.after + 1; n <= Math.min(seq, span.to[0]); n++) {
                Entry entry = entry(n);
                if (wants(span.subscription, entry) && (!isView(span.subscription, entry) || n > span.viewsAfter)) {
                    count++;
                }
            }
        }
        return count;
    }

    /** It has whatever it should have of what lies up to a number. */
    private void upTo(long seq, String as) {
        Map<String, Long> newest = new HashMap<>();
        Set<String> removed = new HashSet<>();
        for (long n = base + 1; n <= seq; n++) {
            Entry entry = entry(n);
            String camera = camera(entry.change());
            if (!wants(subscription, entry)) {
                // its own view is newer than what others sent before
                newest.remove(entry.change().view().isPresent() ? camera : null);
            } else {
                if (hasView(subscription, entry)) {
                    newest.put(camera, n);
                    removed.remove(camera);
                } else if (entry.change() instanceof Change.CameraRemoved) {
                    newest.remove(camera);
                    removed.add(camera);
                }
                if (!isView(subscription, entry)) {
                    assertThat(lastOrdered).as("%s: %d is missing", as, n).isGreaterThanOrEqualTo(n);
                }
            }
        }
        newest.forEach((camera, n) -> {
            boolean gone = cameras.get(camera) == null && lastOrdered > seq;
            assertThat(gone || cameras.getOrDefault(camera, 0L) >= n)
                    .as("%s: view %d of %s never came", as, n, camera)
                    .isTrue();
        });
        if (subscription.every()) {
            for (long n = lastOrdered + 1; n <= seq; n++) {
                assertThat(wants(subscription, entry(n)))
                        .as("%s: %d is missing", as, n)
                        .isFalse();
            }
        }
    }

    /** Before another subscription begins, the one before it has been served. */
    private void complete(long seq, String as) {
        upTo(seq, as + " (as it ends)");
    }

    /** It stands where the sequence stands. */
    void atRest(FakeJournal journal) {
        readAll();
        String as = session + " in the end";
        assertThat(asked).as(as).isEmpty();
        assertThat(snapshotDue).as(as).isFalse();
        if (subscription.none()) {
            return;
        }
        assertThat(epoch).as(as).isEqualTo(journal.epoch());
        upTo(journal.head(), as);
        Map<String, String> held = new HashMap<>();
        journal.snapshot().control().forEach((camera, entry) -> {
            if (subscription.wants(camera)) {
                held.put(
                        camera,
                        ((Change.ControlChanged) entry.change())
                                .state()
                                .holder()
                                .orElseThrow());
            }
        });
        Map<String, String> known = new HashMap<>();
        control.forEach((camera, state) -> known.put(camera, state.holder().orElseThrow()));
        assertThat(known).as(as).isEqualTo(held);
        assertThat(cameras.keySet()).as(as).isEqualTo(camerasOf(journal));
        if (scene != null) {
            assertThat(scene).as(as).isEqualTo(sceneAt(journal.head()));
        }
        if (subscription.presence()) {
            Map<String, Presence> there = new HashMap<>();
            journal.snapshot()
                    .displays()
                    .forEach((id, entry) -> there.put(id, ((Change.PresenceChanged) entry.change()).presence()));
            // of itself it may know no more than the snapshot said: there were times without echo
            there.remove(session);
            displays.remove(session);
            assertThat(displays).as(as).isEqualTo(there);
        }
        Map<String, Wall> standing = new HashMap<>();
        journal.walls().forEach((name, entry) -> {
            if (subscription.wantsWall(name)) {
                wall(standing, entry.change());
            }
        });
        assertThat(walls).as(as).isEqualTo(standing);
        assertThat(lastSeq).as("%s: the last heartbeat", as).isEqualTo(journal.head());
    }

    /** Those there are; those it does not know of because it moved them itself, without echo, are left out. */
    private Set<String> camerasOf(FakeJournal journal) {
        Set<String> names = new HashSet<>();
        journal.snapshot().cameras().forEach((camera, entry) -> {
            boolean own = entry.change().view().orElseThrow().origin().equals(Optional.of(session))
                    && !cameras.containsKey(camera);
            if (subscription.wants(camera) && !own) {
                names.add(camera);
            }
        });
        return names;
    }
}
