package org.geometryos.compositor.scene;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.NoSuchModelException;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.io.state.StandingState;

/**
 * Takes transactions and appends them. The scene itself stands in the journal: a keeper that comes finds it there, two
 * side by side take turns, and a journal that comes (a new epoch) gets it from here. One lock orders the transactions;
 * below it there are the camera bridge's and the journal's.
 */
final class SceneKeeper {
    /** What the operations of a transaction may take in a message, which stays below 1 MiB. */
    static final int MESSAGE_BYTES = 1_000_000;
    /** A second keeper, or a journal that is being replaced, can come in between; nobody does time and again. */
    private static final int ATTEMPTS = 10;

    private static final SceneOutcome NOTHING = new SceneOutcome.Accepted(OptionalLong.empty());

    private final Supplier<CameraBridge> cameras;
    private final LongSupplier micros;
    private final Object lock = new Object();
    // guarded by lock
    private final StandingState<Scene> standing;
    /** The scene whose size is known, and its size. */
    private Scene measured = Scene.EMPTY;

    private int measuredBytes;
    private volatile Settings settings;

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
                next.appendIf(
                        j -> j.scene().isEmpty(),
                        new Change.SceneChanged(
                                known.asOps(), Optional.empty(), Optional.empty(), known, micros.getAsLong()));
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

    SceneOutcome change(Driver driver, List<SceneOp> ops, Optional<CameraUpdate> camera) {
        if (ops.isEmpty() && camera.isEmpty()) {
            return NOTHING;
        }
        return change(driver, ops, camera, j -> true, change -> change)
                .orElseThrow(() -> new IllegalStateException("a condition that holds did not"));
    }

    /** See {@link org.geometryos.compositor.api.control.SceneEditor#change}. */
    Optional<SceneOutcome> change(
            Driver driver,
            List<SceneOp> ops,
            Optional<CameraUpdate> camera,
            Predicate<Journal> condition,
            Function<Change.SceneChanged, Change> whole) {
        long bytes = Sizes.message(ops);
        if (bytes > MESSAGE_BYTES) {
            return Optional.of(refused(
                    Outcome.Reason.LIMIT,
                    "ops",
                    "ops would take up to " + bytes + " bytes in a message: there may be " + MESSAGE_BYTES));
        }
        List<SceneOp> copy = List.copyOf(ops);
        synchronized (lock) {
            for (int i = 0; standing.journal() != null && i < ATTEMPTS; i++) {
                boolean[] held = {true};
                Predicate<Journal> checked = j -> held[0] = condition.test(j);
                Optional<SceneOutcome> outcome = attempt(driver, copy, camera, checked, whole);
                if (outcome.isPresent() || !held[0]) {
                    return outcome;
                }
            }
        }
        return Optional.of(refused(
                Outcome.Reason.UNAVAILABLE, null, "the journal is away for a moment; send the transaction again"));
    }

    /** @return empty if the scene changed meanwhile, or the condition does not hold */
    private Optional<SceneOutcome> attempt(
            Driver driver,
            List<SceneOp> ops,
            Optional<CameraUpdate> camera,
            Predicate<Journal> condition,
            Function<Change.SceneChanged, Change> whole) {
        Journal journal = standing.journal();
        Optional<Entry> before = journal.scene();
        Scene now = before.map(SceneKeeper::scene).orElse(Scene.EMPTY);
        Scene next;
        try {
            next = now.after(ops);
        } catch (NoSuchModelException e) {
            return Optional.of(refused(Outcome.Reason.NOT_FOUND, e.field(), e.getMessage()));
        }
        int bytes = bytes(now);
        int nextBytes = bytes + Sizes.difference(now, next);
        Optional<SceneOutcome> refusal = tooMuch(now, bytes, next, nextBytes);
        if (refusal.isPresent()) {
            return refusal;
        }
        Predicate<Journal> unchanged = j -> j.scene().equals(before) && condition.test(j);
        Function<Optional<CameraState>, Change> change = state -> {
            measured = next;
            measuredBytes = nextBytes;
            return whole.apply(new Change.SceneChanged(
                    ops,
                    driver.session(),
                    state,
                    next,
                    state.isPresent() ? state.get().time() : micros.getAsLong()));
        };
        if (camera.isPresent()) {
            CameraBridge bridge = cameras.get();
            return bridge == null
                    ? Optional.of(refused(
                            Outcome.Reason.UNAVAILABLE,
                            null,
                            "the camera bridge is away for a moment; send the transaction again"))
                    : bridge.update(driver, camera.get(), unchanged, state -> change.apply(Optional.of(state)))
                            .map(SceneKeeper::outcome);
        }
        OptionalLong seq = journal.appendIf(unchanged, change.apply(Optional.empty()));
        return seq.isPresent() ? Optional.of(new SceneOutcome.Accepted(seq)) : Optional.empty();
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
