package org.geometryos.compositor.tiles;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.control.SceneEditor;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.journal.Verdict;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.api.value.Later;
import org.geometryos.compositor.io.state.StandingState;
import org.geometryos.compositor.io.state.Turns;
import org.geometryos.compositor.protocol.ClientMessage;
import org.geometryos.compositor.protocol.codec.Codecs;

/**
 * Takes transactions on tiles and appends them. What there is stands in the journal: a keeper that comes finds it
 * there, two side by side take turns, and a journal that comes (a new epoch) gets it from here. One lock orders the
 * transactions; below it there are those of the scene, the camera bridge and the journal.
 */
final class TileKeeper {
    /** What a transaction may take as JSON; the other form may be a little longer, and both stay below 1 MiB. */
    static final int MESSAGE_BYTES = 800_000;

    private static final SceneOutcome NOTHING = new SceneOutcome.Accepted(OptionalLong.empty());
    private static final SceneOutcome AWAY =
            refused(Outcome.Reason.UNAVAILABLE, null, "the journal is away for a moment; send the transaction again");
    private static final SceneOutcome OVERTAKEN = refused(
            Outcome.Reason.UNAVAILABLE,
            null,
            "others changed tiles at the same time, again and again; send the transaction again");
    private static final SceneOutcome CROWDED =
            refused(Outcome.Reason.UNAVAILABLE, null, "too many transactions wait for their place; send it again");

    private final Supplier<SceneEditor> scenes;
    private final LongSupplier micros;
    private final Object lock = new Object();
    private final Turns<SceneOutcome> turns = new Turns<>(lock, OVERTAKEN, CROWDED);
    // guarded by lock
    private final StandingState<Tiles> standing;
    private volatile Settings settings;

    /**
     * @param scenes who changes the scene, or null while it is away
     * @param stored the tiles as they were last stored; the journal has precedence
     * @param micros the time of day, microseconds since the Unix epoch
     */
    TileKeeper(Supplier<SceneEditor> scenes, Tiles stored, Settings settings, LongSupplier micros) {
        this.scenes = scenes;
        this.micros = micros;
        this.standing = new StandingState<>(Journal::tiles, TileKeeper::tiles, stored);
        this.settings = settings;
    }

    void configure(Settings changed) {
        settings = changed;
    }

    Settings settings() {
        return settings;
    }

    /** Takes up a journal, and tells it how tiles stand if it knows none. */
    void setJournal(Journal next) {
        synchronized (lock) {
            Tiles known = standing.follow(next);
            if (known.revision() > 0 && next.tiles().isEmpty()) {
                turns.after(Retelling.tell(next, known, micros.getAsLong()));
            }
        }
    }

    /** The journal goes; until the next one comes every transaction is refused. */
    void journalGone(Journal old) {
        synchronized (lock) {
            standing.gone(old);
        }
    }

    Tiles tiles() {
        synchronized (lock) {
            return standing.state();
        }
    }

    private static Tiles tiles(Entry entry) {
        return ((Change.TilesChanged) entry.change()).tiles();
    }

    Answer<SceneOutcome> change(Driver driver, List<TileOp> ops, List<SceneOp> scene, Optional<CameraUpdate> camera) {
        if (ops.isEmpty() && scene.isEmpty() && camera.isEmpty()) {
            return NOTHING;
        }
        Transaction asked = new Transaction(driver, List.copyOf(ops), List.copyOf(scene), camera);
        Optional<SceneOutcome> refusal = tooMany(asked.ops);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        int bytes = Codecs.json()
                .encode(new ClientMessage.Tiles(Optional.empty(), asked.ops, asked.scene, asked.camera))
                .length;
        return bytes > MESSAGE_BYTES
                ? refused(
                        Outcome.Reason.LIMIT,
                        "ops",
                        "the transaction takes " + bytes + " bytes in a message: there may be " + MESSAGE_BYTES)
                : turns.take(bytes, () -> attempt(asked));
    }

    private record Transaction(Driver driver, List<TileOp> ops, List<SceneOp> scene, Optional<CameraUpdate> camera) {}

    /** A few bytes can name more tiles than there may ever be: that is found here, before any of them is touched. */
    private Optional<SceneOutcome> tooMany(List<TileOp> ops) {
        int most = settings.maxTiles();
        long tiles = ops.stream().mapToLong(op -> op.accept(PUT_TILES)).max().orElse(0);
        return tiles <= most
                ? Optional.empty()
                : Optional.of(refused(
                        Outcome.Reason.LIMIT, "ops", "ops would put " + tiles + " tiles: there may be " + most));
    }

    /** @return empty if tiles, or what else of the transaction was decided on, changed meanwhile */
    private Answer<Optional<SceneOutcome>> attempt(Transaction asked) {
        Journal journal = standing.journal();
        if (journal == null) {
            return known(AWAY);
        }
        Optional<Entry> before = journal.tiles();
        Tiles now = before.map(TileKeeper::tiles).orElse(Tiles.NONE);
        Tiles next;
        try {
            next = now.after(asked.ops);
        } catch (NoSuchTilesetException e) {
            return known(refused(Outcome.Reason.NOT_FOUND, e.field(), e.getMessage()));
        } catch (InvalidValueException e) {
            return known(refused(Outcome.Reason.LIMIT, e.field(), e.getMessage()));
        }
        Optional<SceneOutcome> refusal = tooMuch(now, next);
        if (refusal.isPresent()) {
            return known(refusal.get());
        }
        Fence fence = Fence.replacing(before.map(Entry::seq).orElse(0L));
        if (!asked.scene.isEmpty() || asked.camera.isPresent()) {
            return withScene(asked, next, journal, fence);
        }
        Change change =
                new Change.TilesChanged(asked.ops, asked.driver.session(), Optional.empty(), next, micros.getAsLong());
        return journal.append(change, fence).map(TileKeeper::outcome);
    }

    private Answer<Optional<SceneOutcome>> withScene(Transaction asked, Tiles next, Journal journal, Fence fence) {
        SceneEditor editor = scenes.get();
        if (editor == null) {
            return known(refused(
                    Outcome.Reason.UNAVAILABLE, null, "the scene is away for a moment; send the transaction again"));
        }
        return editor.change(
                        asked.driver,
                        asked.scene,
                        asked.camera,
                        journal,
                        fence,
                        scene -> new Change.TilesChanged(
                                asked.ops, asked.driver.session(), Optional.of(scene), next, scene.time()))
                .map(outcome -> outcome.map(TileKeeper::ofScene));
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

    /** What the scene calls its operations are those of the field {@code scene} here. */
    private static SceneOutcome ofScene(SceneOutcome outcome) {
        if (!(outcome instanceof SceneOutcome.Refused refused)) {
            return outcome;
        }
        return new SceneOutcome.Refused(
                refused.reason(), refused.field().map(TileKeeper::inScene), inScene(refused.message()));
    }

    private static String inScene(String text) {
        return text.startsWith("ops") ? "scene" + text.substring("ops".length()) : text;
    }

    /** A limit that was lowered lets everything pass that does not make it worse. */
    private Optional<SceneOutcome> tooMuch(Tiles now, Tiles next) {
        Settings limits = settings;
        return tooMuch("tilesets", now.layers().size(), next.layers().size(), limits.maxTilesets())
                .or(() -> tooMuch("tiles", now.size(), next.size(), limits.maxTiles()))
                .or(() -> tooMuch("bytes of tiles", now.bytes(), next.bytes(), limits.maxBytes()));
    }

    private static Optional<SceneOutcome> tooMuch(String what, long now, long next, long most) {
        return next > most && next > now
                ? Optional.of(refused(
                        Outcome.Reason.LIMIT,
                        "ops",
                        "ops would make it " + next + " " + what + ": there may be " + most))
                : Optional.empty();
    }

    private static SceneOutcome refused(Outcome.Reason reason, String field, String message) {
        return new SceneOutcome.Refused(reason, Optional.ofNullable(field), message);
    }

    /** How many tiles an operation puts. */
    private static final TileOp.Visitor<Long, RuntimeException> PUT_TILES = new TileOp.Visitor<>() {
        @Override
        public Long declare(TileOp.Declare op) {
            return 0L;
        }

        @Override
        public Long drop(TileOp.Drop op) {
            return 0L;
        }

        @Override
        public Long put(TileOp.Put op) {
            return op.tiles().size();
        }

        @Override
        public Long remove(TileOp.Remove op) {
            return 0L;
        }
    };
}
