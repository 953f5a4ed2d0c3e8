package org.geometryos.compositor.scene;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.Later;
import org.geometryos.compositor.io.state.StandingState;
import org.geometryos.compositor.io.state.Turns;

/**
 * Takes transactions and appends them. The scene itself stands in the journal: a keeper that comes finds it there, two
 * side by side take turns, and a journal that comes (a new epoch) gets it from here. One lock orders the transactions;
 * below it there are the camera bridge's and the journal's.
 */
final class SceneKeeper {
    /** What the operations of a transaction may take in a message, which stays below 1 MiB. */
    static final int MESSAGE_BYTES = 1_000_000;

    private static final SceneOutcome NOTHING = new SceneOutcome.Accepted(OptionalLong.empty());
    private static final SceneOutcome AWAY =
            refused(Outcome.Reason.UNAVAILABLE, null, "the journal is away for a moment; send the transaction again");
    private static final SceneOutcome OVERTAKEN = refused(
            Outcome.Reason.UNAVAILABLE,
            null,
            "others changed the scene at the same time, again and again; send the transaction again");
    private static final SceneOutcome CROWDED =
            refused(Outcome.Reason.UNAVAILABLE, null, "too many transactions wait for their place; send it again");

    private final Supplier<CameraBridge> cameras;
    private final LongSupplier micros;
    private final Object lock = new Object();
    private final Turns<SceneOutcome> turns = new Turns<>(lock, OVERTAKEN, CROWDED);
    // guarded by lock
    private final StandingState<Scene> standing;
    /** The scene whose size is known, and its size. */
    private Scene measured = Scene.EMPTY;

    private int measuredBytes;
    private volatile Settings settings;

    /**
     * @param fence of what is appended, by the number of the scene's entry
     * @param whole makes what is appended
     */
    private record Transaction(
            Driver driver,
            List<SceneOp> ops,
            Optional<CameraUpdate> camera,
            LongFunction<Fence> fence,
            Function<Change.SceneChanged, Change> whole) {}

    /**
     * @param cameras the camera bridge, or null while it is away
     * @param stored the scene as it was last stored; the journal has precedence
     * @param micros the time of day, microseconds since the Unix epoch
     */
    SceneKeeper(Supplier<CameraBridge> cameras, Scene stored, Settings settings, LongSupplier micros) {
        this.micros = micros;
        this.cameras = cameras;
        this.standing = new StandingState<>(Journal::scene, SceneKeeper::scene, stored);
        this.settings = settings;
    }

    void configure(Settings changed) {
        settings = changed;
    }

    /** Begins with a scene where there is none, and there never was. */
    void begin(Scene first) {
        synchronized (lock) {
            if (!first.equals(Scene.EMPTY) && scene().equals(Scene.EMPTY)) {
                standing.begin(first);
                if (standing.journal() != null) {
                    setJournal(standing.journal());
                }
            }
        }
    }

    /** Takes up a journal, and tells it the scene if it knows none. */
    void setJournal(Journal next) {
        synchronized (lock) {
            Scene known = standing.follow(next);
            if (!known.equals(Scene.EMPTY)) {
                turns.after(next.append(
                        new Change.SceneChanged(
                                known.asOps(), Optional.empty(), Optional.empty(), known, micros.getAsLong()),
                        Fence.replacing(0)));
            }
        }
    }

    /** The journal goes; until the next one comes every transaction is refused. */
    void journalGone(Journal old) {
        synchronized (lock) {
            standing.gone(old);
        }
    }

    Scene scene() {
        synchronized (lock) {
            return standing.state();
        }
    }

    private static Scene scene(Entry entry) {
        return entry.change().inScene().orElseThrow().scene();
    }

    Answer<SceneOutcome> change(Driver driver, List<SceneOp> ops, Optional<CameraUpdate> camera) {
        if (ops.isEmpty() && camera.isEmpty()) {
            return NOTHING;
        }
        Transaction asked = new Transaction(driver, List.copyOf(ops), camera, Fence::replacing, change -> change);
        return take(asked.ops, () -> attempt(asked));
    }

    /** See {@link org.geometryos.compositor.api.control.SceneEditor#change}. */
    Answer<Optional<SceneOutcome>> change(
            Driver driver,
            List<SceneOp> ops,
            Optional<CameraUpdate> camera,
            Journal sequence,
            Fence fence,
            Function<Change.SceneChanged, Change> whole) {
        Transaction asked = new Transaction(driver, List.copyOf(ops), camera, fence::withScene, whole);
        // attempted once: who asked looks anew at what it decides itself
        return take(
                        asked.ops,
                        () -> isAnother(sequence)
                                ? known(OVERTAKEN)
                                : attempt(asked).map(outcome -> Optional.of(outcome.orElse(OVERTAKEN))))
                .map(outcome -> outcome == OVERTAKEN ? Optional.empty() : Optional.of(outcome));
    }

    private boolean isAnother(Journal sequence) {
        Journal journal = standing.journal();
        return journal != null && !journal.epoch().equals(sequence.epoch());
    }

    private Answer<SceneOutcome> take(List<SceneOp> ops, Supplier<Answer<Optional<SceneOutcome>>> attempt) {
        long bytes = Sizes.message(ops);
        return bytes > MESSAGE_BYTES
                ? refused(
                        Outcome.Reason.LIMIT,
                        "ops",
                        "ops would take up to " + bytes + " bytes in a message: there may be " + MESSAGE_BYTES)
                : turns.take(bytes, attempt);
    }

    /** @return empty if the scene, or what else the fence names, changed meanwhile */
    private Answer<Optional<SceneOutcome>> attempt(Transaction asked) {
        Journal journal = standing.journal();
        if (journal == null) {
            return known(AWAY);
        }
        Optional<Entry> before = journal.scene();
        Scene now = before.map(SceneKeeper::scene).orElse(Scene.EMPTY);
        Scene next;
        try {
            next = now.after(asked.ops);
        } catch (NoSuchModelException e) {
            return known(refused(Outcome.Reason.NOT_FOUND, e.field(), e.getMessage()));
        }
        int bytes = bytes(now);
        int nextBytes = bytes + Sizes.difference(now, next);
        Optional<SceneOutcome> refusal = tooMuch(now, bytes, next, nextBytes);
        if (refusal.isPresent()) {
            return known(refusal.get());
        }
        Fence fence = asked.fence.apply(before.map(Entry::seq).orElse(0L));
        Function<Optional<CameraState>, Change> change = state -> asked.whole.apply(new Change.SceneChanged(
                asked.ops,
                asked.driver.session(),
                state,
                next,
                state.isPresent() ? state.get().time() : micros.getAsLong()));
        Answer<Optional<SceneOutcome>> answer = asked.camera.isPresent()
                ? withCamera(asked, journal, fence, change)
                : journal.append(change.apply(Optional.empty()), fence).map(SceneKeeper::outcome);
        if (answer.now(Optional.empty())
                .filter(SceneOutcome.Accepted.class::isInstance)
                .isPresent()) {
            measured = next;
            measuredBytes = nextBytes;
        }
        return answer;
    }

    private Answer<Optional<SceneOutcome>> withCamera(
            Transaction asked, Journal journal, Fence fence, Function<Optional<CameraState>, Change> change) {
        CameraBridge bridge = cameras.get();
        return bridge == null
                ? known(refused(
                        Outcome.Reason.UNAVAILABLE,
                        null,
                        "the camera bridge is away for a moment; send the transaction again"))
                : bridge.update(
                                asked.driver,
                                asked.camera.orElseThrow(),
                                journal,
                                fence,
                                state -> change.apply(Optional.of(state)))
                        .map(outcome -> outcome.map(SceneKeeper::outcome));
    }

    private static Answer<Optional<SceneOutcome>> known(SceneOutcome outcome) {
        return Later.of(Optional.of(outcome));
    }

    private static Optional<SceneOutcome> outcome(Verdict verdict) {
        if (verdict instanceof Verdict.Counted counted) {
            return Optional.of(new SceneOutcome.Accepted(OptionalLong.of(counted.seq())));
        }
        return verdict instanceof Verdict.Unknown unknown
                ? Optional.of(refused(Outcome.Reason.UNAVAILABLE, null, unknown.why()))
                : Optional.empty();
    }

    /** A limit that was lowered lets everything pass that does not make it worse. */
    private Optional<SceneOutcome> tooMuch(Scene now, int nowBytes, Scene next, int nextBytes) {
        Settings limits = settings;
        int models = next.models().size();
        if (models > limits.maxModels() && models > now.models().size()) {
            return Optional.of(refused(
                    Outcome.Reason.LIMIT,
                    "ops",
                    "ops would make it " + models + " models: there may be " + limits.maxModels()));
        }
        if (nextBytes > limits.maxBytes() && nextBytes > nowBytes) {
            return Optional.of(refused(
                    Outcome.Reason.LIMIT,
                    "ops",
                    "ops would let all models together take " + nextBytes + " bytes: there may be "
                            + limits.maxBytes()));
        }
        return Optional.empty();
    }

    /** The size of the scene as it stands; mostly it is the one that was made last. */
    private int bytes(Scene now) {
        if (now != measured) {
            measured = now;
            measuredBytes = Sizes.scene(now);
        }
        return measuredBytes;
    }

    private static SceneOutcome outcome(Outcome outcome) {
        return outcome instanceof Outcome.Accepted accepted
                ? new SceneOutcome.Accepted(accepted.seq())
                : refused(
                        ((Outcome.Refused) outcome).reason(),
                        ((Outcome.Refused) outcome).reason() == Outcome.Reason.UNAVAILABLE ? null : "camera",
                        ((Outcome.Refused) outcome).message());
    }

    private static SceneOutcome refused(Outcome.Reason reason, String field, String message) {
        return new SceneOutcome.Refused(reason, Optional.ofNullable(field), message);
    }

    int maxModels() {
        return settings.maxModels();
    }
}
