package org.geometryos.compositor.tiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;

class TileKeeperTest {
    private static final Driver WALL = new Driver("wall", Optional.of("s-1"), 10);
    private static final Settings SETTINGS = new Settings(2, 100, 10_000);
    private static final Settings LARGE = new Settings(2, 2_000_000, 1L << 30);
    private static final Tileset WORLD = new Tileset("world", 256, 256, 20, "/tiles/{z}/{x}/{y}/{v}");

    private final FakeJournal journal = new FakeJournal("epoch");
    private TestScenes scenes = new TestScenes();
    private final TileKeeper keeper = keeper(Tiles.NONE, SETTINGS, journal);

    private TileKeeper keeper(Tiles stored, Settings settings, FakeJournal on) {
        TileKeeper made = new TileKeeper(() -> scenes, stored, settings, () -> 1_000_000);
        made.setJournal(on);
        return made;
    }

    private static TileOp put(int z, int x, int y, long v) {
        return new TileOp.Put("world", TileTree.tile(z, x, y, v));
    }

    private static SceneOutcome change(TileKeeper keeper, TileOp... ops) {
        return keeper.change(WALL, List.of(ops), List.of(), Optional.empty()).now(null);
    }

    private SceneOutcome withScene(TileOp op, Optional<CameraUpdate> camera) {
        return keeper.change(WALL, List.of(op), List.of(Changes.put("gear")), camera)
                .now(null);
    }

    private void accepted(TileOp... ops) {
        assertThat(change(keeper, ops)).isInstanceOf(SceneOutcome.Accepted.class);
    }

    private static void refused(SceneOutcome outcome, Outcome.Reason reason, String field, String... words) {
        assertThat(outcome).isInstanceOfSatisfying(SceneOutcome.Refused.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal.field()).isEqualTo(Optional.ofNullable(field));
            assertThat(refusal.message()).contains(words);
        });
    }

    private static TileTree tiles(TileKeeper keeper) {
        return keeper.tiles().layer("world").map(TileLayer::tiles).orElse(TileTree.EMPTY);
    }

    @Test
    void aTransactionIsOneEntryThatHoldsWhatStandsAfterIt() {
        accepted(new TileOp.Declare(WORLD), put(1, 0, 0, 7), put(2, 0, 0, 8));
        accepted(new TileOp.Remove("world", TileTree.tile(2, 0, 0, 0)));
        assertThat(keeper.tiles()).isEqualTo(new Tiles(2, List.of(new TileLayer(WORLD, TileTree.tile(1, 0, 0, 7)))));
        List<Change.TilesChanged> changes = journal.changes(Change.TilesChanged.class);
        assertThat(changes).hasSize(2);
        assertThat(changes.get(0).origin()).contains("s-1");
        assertThat(changes.get(0).tiles().size()).isEqualTo(2);
        assertThat(changes.get(1).tiles()).isEqualTo(keeper.tiles());
        assertThat(keeper.change(WALL, List.of(), List.of(), Optional.empty()))
                .isEqualTo(new SceneOutcome.Accepted(OptionalLong.empty()));
        assertThat(journal.head()).isEqualTo(2);
    }

    @Test
    void ofATransactionThatNamesAnUnknownTilesetNothingHappens() {
        refused(change(keeper, put(0, 0, 0, 1)), Outcome.Reason.NOT_FOUND, "ops[0].tileset", "\"world\"");
        assertThat(journal.head()).isZero();
    }

    @Test
    void sceneAndCameraComeUnderTheSameNumber() {
        accepted(new TileOp.Declare(WORLD));
        Optional<CameraUpdate> camera = Optional.of(new CameraUpdate("a", new View2d(1, 2, 1, 0)));
        assertThat(withScene(put(0, 0, 0, 1), camera)).isEqualTo(new SceneOutcome.Accepted(OptionalLong.of(2)));
        Change.TilesChanged change = journal.changes(Change.TilesChanged.class).get(1);
        assertThat(change.inScene().orElseThrow().ops()).containsExactly(Changes.put("gear"));
        assertThat(change.view().orElseThrow().camera()).isEqualTo("a");
        assertThat(change.time()).isEqualTo(change.inScene().orElseThrow().time());
        assertThat(journal.scene()).isEqualTo(journal.tiles()).isEqualTo(journal.camera("a"));
    }

    @Test
    void whatTheSceneRefusesIsRefusedWithTilesAndAll() {
        accepted(new TileOp.Declare(WORLD));
        scenes.refusal = Optional.of(new SceneOutcome.Refused(
                Outcome.Reason.NOT_FOUND, Optional.of("ops[1].id"), "ops[1].id: there is no model \"lamp\""));
        refused(
                withScene(put(0, 0, 0, 1), Optional.empty()),
                Outcome.Reason.NOT_FOUND,
                "scene[1].id",
                "scene[1].id: there is no model \"lamp\"");
        scenes = null;
        refused(withScene(put(0, 0, 0, 1), Optional.empty()), Outcome.Reason.UNAVAILABLE, null, "the scene is away");
        accepted(put(0, 0, 0, 1));
    }

    @Test
    void tilesThatChangeMeanwhileAreReckonedAgain() {
        accepted(new TileOp.Declare(WORLD));
        TileKeeper other = keeper(Tiles.NONE, SETTINGS, journal);
        journal.beforeAppend(() -> change(other, put(1, 1, 1, 1)));
        accepted(put(0, 0, 0, 1));
        assertThat(tiles(keeper).size()).isEqualTo(2);
        scenes.before = () -> change(other, put(1, 1, 0, 1));
        assertThat(withScene(put(1, 0, 0, 1), Optional.empty())).isInstanceOf(SceneOutcome.Accepted.class);
        assertThat(tiles(keeper).size()).isEqualTo(4);
        assertThat(tiles(other)).isEqualTo(tiles(keeper));
    }

    @Test
    void limitsHoldAndALoweredOneRefusesWhatAddsToIt() {
        accepted(new TileOp.Declare(WORLD));
        refused(
                change(keeper, new TileOp.Put("world", TileTree.pyramid(0, 0, 0, 20, 1))),
                Outcome.Reason.LIMIT,
                "ops",
                "there may be 100");
        accepted(new TileOp.Put("world", TileTree.pyramid(0, 0, 0, 3, 1)));
        refused(
                change(keeper, new TileOp.Put("world", TileTree.pyramid(4, 0, 0, 2, 1))),
                Outcome.Reason.LIMIT,
                "ops",
                "106 tiles: there may be 100");
        refused(
                change(
                        keeper,
                        IntStream.range(0, 15)
                                .mapToObj(i -> put(20, i << 15, 0, 1))
                                .toArray(TileOp[]::new)),
                Outcome.Reason.LIMIT,
                "ops",
                "bytes of tiles: there may be 10000");
        refused(
                change(keeper, put(21, 0, 0, 1)),
                Outcome.Reason.LIMIT,
                "ops[0].tiles",
                "must be of levels 0 to 20 of tileset world");
        accepted(new TileOp.Declare(new Tileset("b", 1, 1, 0, WORLD.address())));
        refused(
                change(keeper, new TileOp.Declare(new Tileset("c", 1, 1, 0, WORLD.address()))),
                Outcome.Reason.LIMIT,
                "ops",
                "3 tilesets: there may be 2");
        keeper.configure(new Settings(1, 1, 65_536));
        accepted(put(0, 0, 0, 2), new TileOp.Remove("world", TileTree.tile(1, 0, 0, 0)));
        refused(change(keeper, put(5, 0, 0, 2)), Outcome.Reason.LIMIT, "ops", "there may be 1");
    }

    @Test
    void aTransactionFitsIntoAMessage() {
        TileKeeper large = keeper(Tiles.NONE, LARGE, new FakeJournal("large"));
        change(large, new TileOp.Declare(WORLD));
        TileTree scattered = TileTree.EMPTY;
        for (int i = 0; i < 200_000; i++) {
            scattered = scattered.plus(TileTree.tile(20, i * 7 % 1024 * 3, i / 1024 * 5, i * 31L));
        }
        refused(
                change(large, new TileOp.Put("world", scattered)),
                Outcome.Reason.LIMIT,
                "ops",
                "bytes in a message: there may be 800000");
    }

    @Test
    void aNewJournalIsToldHowTilesStandAndAnEmptyOneNothing() {
        accepted(new TileOp.Declare(WORLD), new TileOp.Put("world", TileTree.pyramid(0, 0, 0, 2, 5)));
        Tiles before = keeper.tiles();
        keeper.journalGone(journal);
        refused(change(keeper, put(0, 0, 0, 1)), Outcome.Reason.UNAVAILABLE, null, "the journal is away");
        assertThat(keeper.tiles()).isEqualTo(before);
        FakeJournal next = new FakeJournal("next");
        keeper.setJournal(next);
        assertThat(keeper.tiles().layers()).isEqualTo(before.layers());
        assertThat(keeper.tiles().revision()).isGreaterThanOrEqualTo(before.revision());
        TileKeeper another = keeper(Tiles.NONE, SETTINGS, next);
        assertThat(another.tiles()).isEqualTo(keeper.tiles());
        FakeJournal empty = new FakeJournal("empty");
        keeper(Tiles.NONE, SETTINGS, empty);
        assertThat(empty.head()).isZero();
    }

    /** A set that no message could hold. */
    @Test
    void aLargeSetIsToldInParts() {
        TileTree scattered = TileTree.EMPTY;
        for (int i = 0; i < 300_000; i++) {
            scattered = scattered.plus(TileTree.tile(20, i * 7 % 1024 * 3, i / 1024 * 5, i * 31L % 1_000_003));
        }
        assertThat(scattered.encode().length).isGreaterThan(1_000_000);
        Tiles stored = new Tiles(9, List.of(new TileLayer(WORLD, scattered)));
        FakeJournal next = new FakeJournal("next");
        TileKeeper large = keeper(stored, LARGE, next);
        assertThat(large.tiles().layers()).isEqualTo(stored.layers());
        List<Change.TilesChanged> told = next.changes(Change.TilesChanged.class);
        assertThat(told.size()).isGreaterThan(2);
        Tiles replayed = new Tiles(9, List.of());
        for (Change.TilesChanged each : told) {
            replayed = after(replayed, each.ops());
        }
        assertThat(replayed).isEqualTo(large.tiles());
    }

    private static Tiles after(Tiles tiles, List<TileOp> ops) {
        try {
            return tiles.after(ops);
        } catch (org.geometryos.compositor.api.tiles.NoSuchTilesetException e) {
            throw new AssertionError(e);
        }
    }
}
