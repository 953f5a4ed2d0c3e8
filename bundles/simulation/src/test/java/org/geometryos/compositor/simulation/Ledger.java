package org.geometryos.compositor.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.connection.Presence;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.wall.Wall;
import org.geometryos.compositor.protocol.ServerMessage;

/**
 * What the protocol owes one display, and what it got. Made from the protocol's page alone: order, nothing missing or
 * doubled, the newest state, accounts that add up, snapshots that are the truth, resume without loss.
 */
final class Ledger {
    private static final long LATE = TimeUnit.MILLISECONDS.toNanos(2_500);

    private final Truth truth;
    private final boolean lossy;
    private Sequence sequence;
    String session = "";
    Wants now = Wants.NOTHING;
    /** What was asked for and not answered, and whether its ack has come. */
    private Wants asked;

    private boolean acknowledged;
    /** What is in force is not known: an answer was lost with its socket. */
    private boolean uncertain;
    /** What is in force may be nothing at all. */
    private boolean maybeNone;
    /** The account cannot be known since. */
    private boolean accountUnknown;

    /** The highest number got in the stream; the same of what comes one by one. */
    private long last;

    private long ordered;
    private final long[] views = new long[8];
    /** Up to there states are repeated after a resume, and do not count. */
    private long repeated;

    /** The subscription began there: what was before it, the snapshot said. */
    private long since;
    /** Without echo it does not know what it did itself. */
    private boolean blind;

    private boolean gap;
    private long gapFrom;

    // the account
    private long counted;
    private long due;
    private long got;
    private long refused;
    private boolean anotherEpoch;
    private long beat;
    /** With a rate what is ordered may be ahead of the heartbeat. */
    private long[] ahead = new long[64];

    private int aheads;

    // the state
    private final String[] holders = new String[8];
    private final Stage stage = new Stage();
    private final Map<String, Boolean> there = new HashMap<>();
    private final Map<String, Wall> walls = new HashMap<>();
    private long applied;
    private long servedSeq;

    /** @param lossy whether broadcasters are replaced and the journal holds less than what they miss */
    Ledger(Truth truth, boolean lossy) {
        this.truth = truth;
        this.lossy = lossy;
    }

    long applied() {
        return applied;
    }

    long served() {
        return Math.max(applied, servedSeq);
    }

    String epoch() {
        return sequence == null ? "" : sequence.epoch;
    }

    boolean asking() {
        return asked != null;
    }

    boolean certain() {
        return !uncertain && asked == null;
    }

    // ---- what the client did

    void asks(Wants wants) {
        asked = wants;
        acknowledged = false;
    }

    /** A subscribe or unsubscribe was refused, or the socket went. */
    void askedInVain() {
        asked = null;
    }

    /** @param resumeSeq what the client said when it resumed */
    void welcome(ServerMessage.Welcome said, long resumeSeq) {
        Sequence next = truth.sequence(said.epoch());
        if (said.seq() > next.head) {
            throw new Violation("welcome at " + said.seq() + ", ahead of " + next.head);
        }
        due = 0;
        got = 0;
        refused = 0;
        beat = 0;
        aheads = 0;
        gap = false;
        anotherEpoch = false;
        servedSeq = 0;
        if (said.resumed()) {
            if (next != sequence) {
                throw new Violation("resumed in another epoch");
            }
            uncertain |= asked != null;
            maybeNone |= asked != null && asked.none();
            accountUnknown = uncertain;
            last = resumeSeq;
            ordered = resumeSeq;
            counted = resumeSeq;
            repeated = now.every() ? 0 : said.seq();
        } else {
            uncertain = false;
            maybeNone = false;
            accountUnknown = false;
            sequence = next;
            session = said.session();
            now = Wants.NOTHING;
            last = said.seq();
            ordered = last;
            counted = last;
            applied = last;
            repeated = 0;
            since = last;
            blind = false;
            there.clear();
            walls.clear();
            stage.forget();
        }
        asked = null;
        acknowledged = false;
    }

    void acknowledged() {
        acknowledged = true;
    }

    // ---- what comes in the stream

    void take(Parcel parcel) {
        if (parcel.viewSeq > 0) {
            view(parcel, parcel.viewSeq, (ServerMessage.Camera) parcel.message());
            return;
        }
        ServerMessage message = parcel.message();
        if (message instanceof ServerMessage.Camera camera) {
            parcel.viewSeq = camera.seq().orElseThrow(() -> new Violation("a view without seq"));
            view(parcel, parcel.viewSeq, camera);
        } else if (message instanceof ServerMessage.Control control) {
            one(control.seq(), Sequence.CONTROL);
            Change.ControlChanged change = (Change.ControlChanged) sequence.change(control.seq());
            same(change.state().holder(), control.state().holder(), "holder");
            same(change.state().session(), control.state().session(), "holder's session");
            holders[Names.number(control.state().camera())] =
                    control.state().holder().orElse(null);
        } else if (message instanceof ServerMessage.CameraRemoved removed) {
            one(removed.seq(), Sequence.REMOVED);
            views[Names.number(removed.camera())] = removed.seq();
        } else if (message instanceof ServerMessage.Scene scene) {
            scene(scene);
        } else if (message instanceof ServerMessage.Display display) {
            one(display.seq(), Sequence.PRESENCE);
            Presence said = ((Change.PresenceChanged) sequence.change(display.seq())).presence();
            same(said, display.presence(), "presence");
            if (said.action() == Presence.Action.LEFT) {
                there.remove(said.session());
            } else {
                there.put(said.session(), said.connected());
            }
        } else if (message instanceof ServerMessage.Wall wall) {
            one(wall.seq(), Sequence.WALL);
            same(((Change.WallChanged) sequence.change(wall.seq())).state(), wall.state(), "wall");
            walls.put(wall.state().name(), wall.state());
        } else if (message instanceof ServerMessage.WallRemoved removed) {
            one(removed.seq(), Sequence.WALL_REMOVED);
            same(((Change.WallRemoved) sequence.change(removed.seq())).wall(), removed.wall(), "removed wall");
            walls.remove(removed.wall());
        } else if (message instanceof ServerMessage.Snapshot snapshot) {
            snapshot(snapshot);
        } else if (message instanceof ServerMessage.Gap told) {
            gap(told);
        } else if (message instanceof ServerMessage.Heartbeat heartbeat) {
            heartbeat(heartbeat);
        }
    }

    private static void same(Object truth, Object said, String what) {
        if (!truth.equals(said)) {
            throw new Violation(what + " is " + truth + " and said to be " + said);
        }
    }

    private void known(long seq) {
        if (sequence == null) {
            throw new Violation(seq + " comes before welcome");
        }
        if (seq <= 0 || seq > sequence.head) {
            throw new Violation(seq + " is told, and the sequence ends at " + sequence.head);
        }
        if (!sequence.holds(seq)) {
            throw new Violation(seq + " is told, long after it was; the sequence is at " + sequence.head);
        }
    }

    private void view(Parcel parcel, long seq, ServerMessage.Camera message) {
        known(seq);
        Change change = sequence.change(seq);
        if (parcel.compared != change) {
            Optional<CameraState> state = change.view();
            if (state.isEmpty()) {
                throw new Violation(seq + " is no view: " + change);
            }
            same(state.get(), message.state(), "view");
            parcel.compared = change;
        }
        int camera = sequence.camera(seq);
        applied = Math.max(applied, seq);
        if (uncertain) {
            views[camera] = Math.max(views[camera], seq);
            last = Math.max(last, seq);
            return;
        }
        wanted(seq);
        boolean again = seq <= repeated;
        if (!again && sequence.kind(seq) == Sequence.SCENE && now.scene()) {
            throw new Violation(seq + " is a transaction, and only its view comes");
        }
        if (now.every()) {
            each(seq);
            views[camera] = seq;
            return;
        }
        if (again) {
            if (seq < views[camera]) {
                throw new Violation(seq + " is repeated after " + views[camera]);
            }
            views[camera] = seq;
            return;
        }
        if (seq <= views[camera]) {
            throw new Violation(seq + " comes after " + views[camera] + " of the same camera");
        }
        views[camera] = seq;
        inOrder(seq);
        got(seq);
    }

    private void wanted(long seq) {
        if (!sequence.wanted(seq, now, session)) {
            throw new Violation(seq + " (" + sequence.change(seq) + ") was not asked for: " + now);
        }
    }

    private void inOrder(long seq) {
        if (now.rate() == 0 && seq <= last) {
            throw new Violation(seq + " comes after " + last);
        }
        last = Math.max(last, seq);
    }

    private void got(long seq) {
        got++;
        if (now.rate() > 0) {
            if (aheads == ahead.length) {
                ahead = java.util.Arrays.copyOf(ahead, 2 * aheads);
            }
            ahead[aheads++] = seq;
        }
    }

    /** Everything, one by one. */
    private void each(long seq) {
        for (long q = last + 1; q < seq; q++) {
            if (sequence.wanted(q, now, session)) {
                throw new Violation(
                        seq + " comes after " + last + ", and " + q + " (" + sequence.change(q) + ") is missing");
            }
        }
        if (seq <= last) {
            throw new Violation(seq + " comes after " + last);
        }
        last = seq;
        ordered = seq;
        got++;
    }

    private void one(long seq, byte kind) {
        known(seq);
        if (sequence.kind(seq) != kind) {
            throw new Violation(seq + " is something else: " + sequence.change(seq));
        }
        applied = Math.max(applied, seq);
        if (uncertain) {
            last = Math.max(last, seq);
            ordered = Math.max(ordered, seq);
            return;
        }
        wanted(seq);
        if (now.every()) {
            each(seq);
            return;
        }
        orderedUpTo(seq - 1, seq + " comes");
        if (seq <= ordered) {
            throw new Violation(seq + " comes after " + ordered);
        }
        ordered = seq;
        inOrder(seq);
        got(seq);
    }

    /** Nothing that comes one by one is missing. */
    private void orderedUpTo(long seq, String when) {
        for (long q = ordered + 1; q <= seq; q++) {
            if (sequence.wanted(q, now, session) && !sequence.view(q, now)) {
                throw new Violation(
                        when + " after " + ordered + ", and " + q + " (" + sequence.change(q) + ") is missing");
            }
        }
    }

    private void scene(ServerMessage.Scene scene) {
        one(scene.seq(), Sequence.SCENE);
        Change.SceneChanged change = (Change.SceneChanged) sequence.change(scene.seq());
        same(change.ops(), scene.ops(), "operations");
        same(change.origin(), scene.origin(), "origin");
        same(OptionalLong.of(change.time()), scene.time(), "time");
        int camera = sequence.camera(scene.seq());
        if (!uncertain) {
            boolean with = camera >= 0 && now.camera(camera);
            if (with != scene.camera().isPresent()) {
                throw new Violation(scene.seq() + " comes " + (with ? "without" : "with") + " its view");
            }
            if (with) {
                same(change.camera().orElseThrow(), scene.camera().get().state(), "view of a transaction");
                views[camera] = Math.max(views[camera], scene.seq());
            }
        }
        scene.ops().forEach(stage::apply);
    }

    // ---- snapshots

    private void gap(ServerMessage.Gap told) {
        if (told.from() > told.to() || told.to() > sequence.head) {
            throw new Violation("a gap from " + told.from() + " to " + told.to() + " of " + sequence.head);
        }
        if (now.every() && !uncertain) {
            for (long q = Math.max(last + 1, sequence.head - Sequence.HELD + 1); q < told.from(); q++) {
                if (sequence.wanted(q, now, session)) {
                    throw new Violation("the gap from " + told.from() + " says nothing of " + q);
                }
            }
        }
        gap = true;
        gapFrom = told.from();
    }

    private void snapshot(ServerMessage.Snapshot snapshot) {
        Sequence of = truth.sequence(snapshot.epoch());
        long at = snapshot.seq();
        if (at > of.head) {
            throw new Violation("a snapshot of " + at + ", ahead of " + of.head);
        }
        boolean answers = asked != null && acknowledged;
        Wants had = now;
        if (answers) {
            if (of != sequence) {
                if (!uncertain && !now.none()) {
                    throw new Violation("a subscription is answered in an epoch that it was not told of");
                }
                another(of, at);
                had = Wants.NOTHING;
            } else if (!uncertain) {
                complete(at, "the snapshot of " + at);
                count(at);
                if (snapshot.all() != now.none()) {
                    throw new Violation("a snapshot that says all: " + snapshot.all() + " to one that had " + now);
                }
            } else {
                had = snapshot.all() ? Wants.NOTHING : null;
                counted = at;
            }
            now = asked;
            asked = null;
            acknowledged = false;
            uncertain = false;
            maybeNone = false;
        } else if (snapshot.all() && (gap || of != sequence || uncertain)) {
            if (of != sequence) {
                another(of, at);
            } else if (gap && !accountUnknown) {
                refuse(at);
            }
            gap = false;
            had = Wants.NOTHING;
        } else {
            throw new Violation("nobody asked for a snapshot: " + snapshot);
        }
        repeated = 0;
        last = at;
        ordered = at;
        since = at;
        blind &= !snapshot.all();
        blind |= !now.echo();
        applied = Math.max(applied, at);
        if (!uncertain) {
            content(of, snapshot, had);
        }
    }

    private void another(Sequence of, long at) {
        anotherEpoch = true;
        aheads = 0;
        beat = 0;
        counted = at;
        sequence = of;
        applied = at;
        servedSeq = 0;
    }

    private void refuse(long at) {
        long missed = 0;
        for (long q = gapFrom; q <= at; q++) {
            if (sequence.wanted(q, now, session)) {
                missed++;
            }
        }
        for (int i = 0; i < aheads; i++) {
            if (ahead[i] >= gapFrom) {
                missed--;
            }
        }
        refused += missed;
        count(at);
    }

    /** @param had what was there before; null: nobody knows */
    private void content(Sequence of, ServerMessage.Snapshot snapshot, Wants had) {
        long at = snapshot.seq();
        Wants before = had == null ? now : had;
        Set<Integer> told = new HashSet<>();
        for (ServerMessage.Camera camera : snapshot.cameras()) {
            int number = Names.number(camera.state().camera());
            Sequence.Node node = of.viewAt(number, at);
            if (node == null || node.removed()) {
                throw new Violation("a snapshot with camera " + camera + ", which is not there");
            }
            same(node.seq, camera.seq().orElse(-1), "seq of camera " + Names.camera(number) + " in a snapshot");
            same(node.change.view().orElseThrow(), camera.state(), "camera in a snapshot");
            told.add(number);
            views[number] = node.seq;
        }
        Set<Integer> held = new HashSet<>();
        for (ServerMessage.Control control : snapshot.control()) {
            int number = Names.number(control.state().camera());
            Sequence.Node node = of.heldAt(number, at);
            if (node == null) {
                throw new Violation("a snapshot with a holder of a free camera: " + control);
            }
            same(node.seq, control.seq(), "seq of control in a snapshot");
            same(Sequence.control(node).holder(), control.state().holder(), "holder in a snapshot");
            held.add(number);
        }
        for (int i = 0; i < views.length; i++) {
            if (!now.camera(i) || before.camera(i)) {
                if (had != null && (told.contains(i) || held.contains(i))) {
                    throw new Violation("camera " + Names.camera(i) + " is in a snapshot without being new: " + now
                            + " after " + had);
                }
                continue;
            }
            Sequence.Node node = of.viewAt(i, at);
            if (node != null && !node.removed() && !told.contains(i)) {
                throw new Violation(
                        "camera " + Names.camera(i) + " (" + node.seq + ") is missing in the snapshot of " + at);
            }
            views[i] = node == null ? 0 : node.seq;
            Sequence.Node holder = of.heldAt(i, at);
            if (holder != null != held.contains(i)) {
                throw new Violation("the holder of camera " + Names.camera(i) + " is missing in the snapshot of " + at);
            }
            holders[i] =
                    holder == null ? null : Sequence.control(holder).holder().get();
        }
        walls(of, snapshot, had);
        if (had == null) {
            return;
        }
        if (snapshot.scene().isPresent() != (now.scene() && !had.scene())) {
            throw new Violation("a snapshot with scene: " + snapshot.scene() + " for " + now + " after " + had);
        }
        if (snapshot.scene().isPresent()) {
            Scene scene = of.sceneAt(at);
            same(
                    scene,
                    new Scene(
                            snapshot.scene().get().revision(),
                            snapshot.scene().get().models(),
                            snapshot.scene().get().selected()),
                    "scene in the snapshot of " + at);
            stage.begin(scene.models(), scene.selected());
        }
        if (snapshot.displays().isPresent() != (now.presence() && !had.presence())) {
            throw new Violation("a snapshot with displays: " + snapshot.displays() + " for " + now + " after " + had);
        }
        if (snapshot.displays().isPresent()) {
            Map<String, Presence> said = new HashMap<>();
            snapshot.displays().get().forEach(d -> said.put(d.presence().session(), d.presence()));
            same(of.displaysAt(at), said, "displays in the snapshot of " + at);
            there.clear();
            said.forEach((id, presence) -> there.put(id, presence.connected()));
        }
    }

    private void walls(Sequence of, ServerMessage.Snapshot snapshot, Wants had) {
        if (snapshot.walls().isPresent() != now.walls()) {
            throw new Violation("a snapshot with walls: " + snapshot.walls() + " for " + now);
        }
        Map<String, Wall> stand = of.wallsAt(snapshot.seq(), now);
        Map<String, Wall> said = new HashMap<>();
        snapshot.walls()
                .ifPresent(all -> all.forEach(wall -> said.put(wall.state().name(), wall.state())));
        for (int i = 0; had != null && i < Names.walls(); i++) {
            if (had.wall(i)) {
                if (said.containsKey(Names.wall(i))) {
                    throw new Violation("wall " + Names.wall(i) + " is in a snapshot without being new");
                }
                stand.remove(Names.wall(i));
            }
        }
        if (had != null) {
            same(stand, said, "walls in the snapshot of " + snapshot.seq());
        }
        if (snapshot.all()) {
            walls.clear();
        }
        walls.putAll(of.wallsAt(snapshot.seq(), now));
        walls.keySet().removeIf(name -> !now.wall(Names.wallNumber(name)));
    }

    // ---- the account

    private void count(long to) {
        for (long q = Math.max(counted + 1, sequence.head - Sequence.HELD + 1); q <= to; q++) {
            if (sequence.wanted(q, now, session) && (q > repeated || !sequence.view(q, now))) {
                due++;
            }
        }
        counted = Math.max(counted, to);
    }

    /** Everything up to there has come that had to. */
    private void complete(long seq, String when) {
        if (now.every()) {
            for (long q = last + 1; q <= seq; q++) {
                if (sequence.wanted(q, now, session)) {
                    throw new Violation(
                            when + " comes after " + last + ", and " + q + " (" + sequence.change(q) + ") is missing");
                }
            }
            return;
        }
        orderedUpTo(seq, when + " comes");
        ordered = Math.max(ordered, seq);
        for (int i = 0; i < views.length; i++) {
            if (now.camera(i)) {
                Sequence.Node node = newest(i, seq);
                if (node != null && !node.removed() && views[i] < node.seq) {
                    throw new Violation(when + " comes, and the newest view " + node.seq + " of camera "
                            + Names.camera(i) + " has not come: " + views[i]);
                }
            }
        }
    }

    private Sequence.Node newest(int camera, long seq) {
        Sequence.Node node = sequence.viewAt(camera, seq);
        // its own newer one, without echo, says it all
        return node != null && sequence.holds(node.seq) && sequence.wanted(node.seq, now, session) && node.seq > since
                ? node
                : null;
    }

    private void heartbeat(ServerMessage.Heartbeat said) {
        long seq = said.seq();
        if (sequence != null && sequence != truth.current() && (now.none() || maybeNone)) {
            // nobody tells one that asked for nothing of another epoch
            return;
        }
        if (sequence == null || seq > sequence.head) {
            throw new Violation("a heartbeat at " + seq + " of " + (sequence == null ? 0 : sequence.head));
        }
        if (uncertain || gap) {
            return;
        }
        if (seq < beat) {
            throw new Violation("a heartbeat at " + seq + " after one at " + beat);
        }
        beat = seq;
        servedSeq = Math.max(servedSeq, seq);
        complete(seq, "the heartbeat at " + seq);
        count(seq);
        if (accountUnknown) {
            return;
        }
        long early = 0;
        int kept = 0;
        for (int i = 0; i < aheads; i++) {
            if (ahead[i] > seq) {
                ahead[kept++] = ahead[i];
                early++;
            }
        }
        aheads = kept;
        if (anotherEpoch) {
            anotherEpoch = false;
            due = said.delivered() + said.superseded() + said.refused();
        }
        if (said.delivered() != got - early
                || said.refused() != (lossy ? refused = Math.min(refused, said.refused()) : refused)
                || !addsUp(said.delivered() + said.superseded() + said.refused())) {
            throw new Violation(
                    "the account at " + seq + " says " + said.delivered() + " delivered, " + said.superseded()
                            + " superseded, " + said.refused() + " refused; it is " + (got - early) + ", "
                            + (due - got + early - refused) + ", " + refused + " for " + now);
        }
    }

    /** A broadcaster that takes over cannot count views that the journal holds no more. */
    private boolean addsUp(long said) {
        if (lossy && said < due) {
            due = said;
        }
        return said == due;
    }

    // ---- how it stands

    /** A display that reads has what is older than a moment. */
    void upToDate(long time) {
        if (!certain() || gap) {
            return;
        }
        if (sequence != truth.current()) {
            otherEpoch();
            return;
        }
        long late = LATE + (now.rate() > 0 ? (long) (1e9 / now.rate()) : 0);
        for (int i = 0; i < views.length; i++) {
            if (!now.camera(i)) {
                continue;
            }
            Sequence.Node node = newest(i, sequence.head);
            while (node != null && sequence.holds(node.seq) && time - sequence.time(node.seq) < late) {
                node = node.before;
            }
            if (node != null
                    && node.seq > since
                    && sequence.holds(node.seq)
                    && sequence.wanted(node.seq, now, session)
                    && views[i] < node.seq
                    && !node.removed()) {
                throw new Violation("the view " + node.seq + " of camera " + Names.camera(i) + " is older than "
                        + late / 1_000_000 + " ms and has not come: " + views[i] + ", " + now);
            }
        }
    }

    /** Whoever receives anything is told of another epoch, whether there is something in it or not. */
    private void otherEpoch() {
        if (!now.none()) {
            throw new Violation("it still knows epoch " + epoch() + " and not " + truth.current().epoch);
        }
    }

    /** At rest it has everything, and knows how things stand. */
    void atRest() {
        if (!certain()) {
            throw new Violation("a subscription was not answered: " + asked);
        }
        if (sequence != truth.current()) {
            otherEpoch();
            return;
        }
        complete(sequence.head, "the end");
        for (int i = 0; i < holders.length; i++) {
            if (now.camera(i) && !blind) {
                same(
                        sequence.holder(i).flatMap(state -> state.holder()).orElse("nobody"),
                        Optional.ofNullable(holders[i]).orElse("nobody"),
                        "at rest the holder of " + Names.camera(i));
            }
        }
        if (now.scene() && !blind) {
            Scene scene = sequence.sceneAt(sequence.head);
            same(scene.models(), stage.models(), "at rest the scene");
            same(scene.selected(), stage.selected(), "at rest the selection");
        }
        if (now.presence() && !blind) {
            Map<String, Boolean> connected = new HashMap<>();
            sequence.displaysAt(sequence.head).forEach((id, p) -> connected.put(id, p.connected()));
            same(connected, there, "at rest what is known of displays");
        }
        same(sequence.wallsAt(sequence.head, now), walls, "at rest the walls");
    }

    @Override
    public String toString() {
        return "session " + session + " at " + last + " (ordered " + ordered + ", views "
                + List.of(views[0], views[1], views[2], views[3]) + ") " + now
                + (asked == null ? "" : " asked " + asked)
                + (uncertain ? " uncertain" : "");
    }
}
