package org.geometryos.compositor.scene;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.Function;
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

/**
 * Takes transactions and appends them. The scene itself stands in the journal: a keeper that comes finds it there, two
 * side by side take turns, and a journal that comes (a new epoch) gets it from here. One lock orders the transactions;
 * below it there are the camera bridge's and the journal's. Where the journal answers later, one transaction of this
 * keeper is under way at a time, and those that come meanwhile wait, in order. Nobody is told with the lock.
 */
final class SceneKeeper {
    /** What the operations of a transaction may take in a message, which stays below 1 MiB. */
    static final int MESSAGE_BYTES = 1_000_000;
    /** A second keeper, or a journal that is being replaced, can come in between; nobody does time and again. */
    private static final int ATTEMPTS = 10;
    /** Transactions that wait for the one under way, and what their operations may take in messages. */
    static final int MOST_WAITING = 256;

    static final long MOST_WAITING_BYTES = 8L << 20;

    private static final SceneOutcome NOTHING = new SceneOutcome.Accepted(OptionalLong.empty());
    private static final SceneOutcome AWAY =
            refused(Outcome.Reason.UNAVAILABLE, null, "the journal is away for a moment; send the transaction again");
    private static final SceneOutcome OVERTAKEN = refused(
            Outcome.Reason.UNAVAILABLE,
            null,
            "others changed the scene at the same time, again and again; send the transaction again");

    private final Supplier<CameraBridge> cameras;
    private final LongSupplier micros;
    private final Object lock = new Object();
    // guarded by lock
    private Journal journal;
    /** Of the last journal. */
    private String epoch = "";
    /** What the journal knew when it was last looked through; stands in for it while it is away. */
    private Scene known;
    /** The scene whose size is known, and its size. */
    private Scene measured = Scene.EMPTY;

    private int measuredBytes;
    /** Whether one is under way. */
    private boolean busy;

    private final Queue<Transaction> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private volatile Settings settings;

    /** @param bytes of its operations, in a message */
    private record Transaction(
            Driver driver, List<SceneOp> ops, Optional<CameraUpdate> camera, long bytes, Later<SceneOutcome> answer) {}

    /**
     * @param cameras the camera bridge, or null while it is away
     * @param stored the scene as it was last stored; the journal has precedence
     * @param micros the time of day, microseconds since the Unix epoch
     */
    SceneKeeper(Supplier<CameraBridge> cameras, Scene stored, Settings settings, LongSupplier micros) {
        this.micros = micros;
        this.cameras = cameras;
        this.known = stored;
        this.settings = settings;
    }

    void configure(Settings changed) {
        settings = changed;
    }

    /** Begins with a scene where there is none, and there never was. */
    void begin(Scene first) {
        synchronized (lock) {
            if (!first.equals(Scene.EMPTY) && scene().equals(Scene.EMPTY)) {
                known = first;
                if (journal != null) {
                    setJournal(journal);
                }
            }
        }
    }

    /** Takes up a journal, and tells it the scene if it knows none. */
    void setJournal(Journal next) {
        synchronized (lock) {
            known = scene();
            journal = next;
            if (!known.equals(Scene.EMPTY) && !next.epoch().equals(epoch)) {
                next.append(
                        new Change.SceneChanged(
                                known.asOps(), Optional.empty(), Optional.empty(), known, micros.getAsLong()),
                        Fence.replacing(0));
            }
            epoch = next.epoch();
        }
    }

    /** The journal goes; until the next one comes every transaction is refused. */
    void journalGone(Journal old) {
        synchronized (lock) {
            if (journal == old) {
                known = scene();
                journal = null;
            }
        }
    }

    Scene scene() {
        synchronized (lock) {
            return journal == null
                    ? known
                    : journal.scene().map(SceneKeeper::scene).orElse(known);
        }
    }

    private static Scene scene(Entry entry) {
        return ((Change.SceneChanged) entry.change()).scene();
    }

    Answer<SceneOutcome> change(Driver driver, List<SceneOp> ops, Optional<CameraUpdate> camera) {
        if (ops.isEmpty() && camera.isEmpty()) {
            return NOTHING;
        }
        long bytes = Sizes.message(ops);
        if (bytes > MESSAGE_BYTES) {
            return refused(
                    Outcome.Reason.LIMIT,
                    "ops",
                    "ops would take up to " + bytes + " bytes in a message: there may be " + MESSAGE_BYTES);
        }
        Transaction transaction = new Transaction(driver, List.copyOf(ops), camera, bytes, new Later<>());
        Answer<Optional<SceneOutcome>> underWay;
        int attempts = ATTEMPTS;
        synchronized (lock) {
            if (busy) {
                return queue(transaction);
            }
            do {
                underWay = attempt(transaction);
                Optional<SceneOutcome> now = underWay.now(null);
                if (now == null) {
                    busy = true;
                    break;
                }
                if (now.isPresent()) {
                    return now.get();
                }
            } while (--attempts > 0);
        }
        if (attempts == 0) {
            return OVERTAKEN;
        }
        int left = attempts - 1;
        underWay.then(outcome -> goOn(transaction, outcome, left));
        return transaction.answer;
    }

    private Answer<SceneOutcome> queue(Transaction transaction) {
        if (waiting.size() >= MOST_WAITING || waitingBytes + transaction.bytes > MOST_WAITING_BYTES) {
            return refused(
                    Outcome.Reason.UNAVAILABLE, null, "too many transactions wait for their place; send it again");
        }
        waiting.add(transaction);
        waitingBytes += transaction.bytes;
        return transaction.answer;
    }

    /**
     * The transaction under way has ended, and it is attempted anew, or those that wait have their turn. Without the
     * lock.
     *
     * @param ended empty if the scene changed meanwhile
     * @param left attempts that it has left
     */
    private void goOn(Transaction transaction, Optional<SceneOutcome> ended, int left) {
        Transaction turn = transaction;
        Optional<SceneOutcome> outcome = ended;
        int attempts = left;
        while (true) {
            if (outcome.isPresent() || attempts == 0) {
                turn.answer.tell(outcome.orElse(OVERTAKEN));
                turn = null;
            }
            Answer<Optional<SceneOutcome>> underWay;
            synchronized (lock) {
                if (turn == null) {
                    turn = waiting.poll();
                    attempts = ATTEMPTS;
                }
                if (turn == null) {
                    busy = false;
                    return;
                }
                if (attempts == ATTEMPTS) {
                    waitingBytes -= turn.bytes;
                }
                underWay = attempt(turn);
            }
            attempts--;
            outcome = underWay.now(null);
            if (outcome == null) {
                Transaction next = turn;
                int rest = attempts;
                underWay.then(found -> goOn(next, found, rest));
                return;
            }
        }
    }

    /** @return empty if the scene changed meanwhile */
    private Answer<Optional<SceneOutcome>> attempt(Transaction transaction) {
        if (journal == null) {
            return known(AWAY);
        }
        Driver driver = transaction.driver;
        List<SceneOp> ops = transaction.ops;
        Optional<Entry> before = journal.scene();
        Scene now = before.map(SceneKeeper::scene).orElse(Scene.EMPTY);
        Scene next;
        try {
            next = now.after(ops);
        } catch (NoSuchModelException e) {
            return known(refused(Outcome.Reason.NOT_FOUND, e.field(), e.getMessage()));
        }
        int bytes = bytes(now);
        int nextBytes = bytes + Sizes.difference(now, next);
        Optional<SceneOutcome> refusal = tooMuch(now, bytes, next, nextBytes);
        if (refusal.isPresent()) {
            return known(refusal.get());
        }
        long replaces = before.map(Entry::seq).orElse(0L);
        Function<Optional<CameraState>, Change> change = state -> new Change.SceneChanged(
                ops,
                driver.session(),
                state,
                next,
                state.isPresent() ? state.get().time() : micros.getAsLong());
        Answer<Optional<SceneOutcome>> answer = transaction.camera.isPresent()
                ? withCamera(transaction, replaces, change)
                : journal.append(change.apply(Optional.empty()), Fence.replacing(replaces))
                        .map(SceneKeeper::outcome);
        if (answer.now(Optional.empty())
                .filter(SceneOutcome.Accepted.class::isInstance)
                .isPresent()) {
            measured = next;
            measuredBytes = nextBytes;
        }
        return answer;
    }

    private Answer<Optional<SceneOutcome>> withCamera(
            Transaction transaction, long replaces, Function<Optional<CameraState>, Change> change) {
        CameraBridge bridge = cameras.get();
        return bridge == null
                ? known(refused(
                        Outcome.Reason.UNAVAILABLE,
                        null,
                        "the camera bridge is away for a moment; send the transaction again"))
                : bridge.update(
                                transaction.driver,
                                transaction.camera.orElseThrow(),
                                journal,
                                replaces,
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
