package org.geometryos.compositor.tiles;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.control.SceneEditor;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.NoSuchTilesetException;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.value.InvalidValueException;
import org.geometryos.compositor.io.state.StandingState;
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
    /** A second keeper, or a journal that is being replaced, can come in between; nobody does time and again. */
    private static final int ATTEMPTS = 10;

    private static final SceneOutcome NOTHING = new SceneOutcome.Accepted(OptionalLong.empty());

    private final Supplier<SceneEditor> scenes;
    private final LongSupplier micros;
    private final Object lock = new Object();
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
                Retelling.tell(next, known, micros.getAsLong());
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

    SceneOutcome change(Driver driver, List<TileOp> ops, List<SceneOp> scene, Optional<CameraUpdate> camera) {
        if (ops.isEmpty() && scene.isEmpty() && camera.isEmpty()) {
            return NOTHING;
        }
        Transaction transaction = new Transaction(driver, List.copyOf(ops), List.copyOf(scene), camera);
        Optional<SceneOutcome> refusal = tooLong(transaction);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        synchronized (lock) {
            for (int i = 0; standing.journal() != null && i < ATTEMPTS; i++) {
                Optional<SceneOutcome> outcome = attempt(transaction);
                if (outcome.isPresent()) {
                    return outcome.get();
                }
            }
        }
        return refused(
                Outcome.Reason.UNAVAILABLE, null, "the journal is away for a moment; send the transaction again");
    }

    private record Transaction(Driver driver, List<TileOp> ops, List<SceneOp> scene, Optional<CameraUpdate> camera) {}

    /** A few bytes can name more tiles than there may ever be: that is found here, before any of them is touched. */
    private Optional<SceneOutcome> tooLong(Transaction asked) {
        int most = settings.maxTiles();
        long tiles =
                asked.ops.stream().mapToLong(op -> op.accept(PUT_TILES)).max().orElse(0);
        if (tiles > most) {
            return Optional.of(
                    refused(Outcome.Reason.LIMIT, "ops", "ops would put " + tiles + " tiles: there may be " + most));
        }
        int bytes = Codecs.json()
                .encode(new ClientMessage.Tiles(Optional.empty(), asked.ops, asked.scene, asked.camera))
                .length;
        return bytes <= MESSAGE_BYTES
                ? Optional.empty()
                : Optional.of(refused(
                        Outcome.Reason.LIMIT,
                        "ops",
                        "the transaction takes " + bytes + " bytes in a message: there may be " + MESSAGE_BYTES));
    }

    /** @return empty if tiles changed meanwhile */
    private Optional<SceneOutcome> attempt(Transaction asked) {
        Journal journal = standing.journal();
        Optional<Entry> before = journal.tiles();
        Tiles now = before.map(TileKeeper::tiles).orElse(Tiles.NONE);
        Tiles next;
        try {
            next = now.after(asked.ops);
        } catch (NoSuchTilesetException e) {
            return Optional.of(refused(Outcome.Reason.NOT_FOUND, e.field(), e.getMessage()));
        } catch (InvalidValueException e) {
            return Optional.of(refused(Outcome.Reason.LIMIT, e.field(), e.getMessage()));
        }
        Optional<SceneOutcome> refusal = tooMuch(now, next);
        if (refusal.isPresent()) {
            return refusal;
        }
        Predicate<Journal> unchanged = j -> j.tiles().equals(before);
        if (!asked.scene.isEmpty() || asked.camera.isPresent()) {
            return withScene(asked, next, unchanged);
        }
        OptionalLong seq = journal.appendIf(
                unchanged,
                new Change.TilesChanged(asked.ops, asked.driver.session(), Optional.empty(), next, micros.getAsLong()));
        return seq.isPresent() ? Optional.of(new SceneOutcome.Accepted(seq)) : Optional.empty();
    }

    private Optional<SceneOutcome> withScene(Transaction asked, Tiles next, Predicate<Journal> unchanged) {
        SceneEditor editor = scenes.get();
        if (editor == null) {
            return Optional.of(refused(
                    Outcome.Reason.UNAVAILABLE, null, "the scene is away for a moment; send the transaction again"));
        }
        return editor.change(
                        asked.driver,
                        asked.scene,
                        asked.camera,
                        unchanged,
                        scene -> new Change.TilesChanged(
                                asked.ops, asked.driver.session(), Optional.of(scene), next, scene.time()))
                .map(TileKeeper::ofScene);
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
