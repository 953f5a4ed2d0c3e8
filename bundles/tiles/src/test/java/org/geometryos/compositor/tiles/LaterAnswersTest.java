package org.geometryos.compositor.tiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.api.tiles.TileLayer;
import org.geometryos.compositor.api.tiles.TileOp;
import org.geometryos.compositor.api.tiles.TileTree;
import org.geometryos.compositor.api.tiles.Tiles;
import org.geometryos.compositor.api.tiles.Tileset;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;

/** Transactions over a journal that answers later, as with several hosts. */
class LaterAnswersTest {
    private static final Driver WALL = new Driver("wall", Optional.of("s-1"), 10);
    private static final Tileset WORLD = new Tileset("world", 256, 256, 20, "/tiles/{z}/{x}/{y}/{v}");
    private static final Tiles STORED = new Tiles(5, List.of(new TileLayer(WORLD, TileTree.tile(0, 0, 0, 9))));

    private final FakeJournal journal = new FakeJournal("epoch").answersLater();
    private final TestScenes scenes = new TestScenes();
    private final List<SceneOutcome> told = new ArrayList<>();

    private TileKeeper keeper(Tiles stored) {
        TileKeeper made = new TileKeeper(() -> scenes, stored, new Settings(2, 1_000, 1 << 20), () -> 1);
        made.setJournal(journal);
        return made;
    }

    private void change(TileKeeper keeper, List<SceneOp> scene, TileOp... ops) {
        keeper.change(WALL, List.of(ops), scene, Optional.empty()).then(told::add);
    }

    private static TileOp put(int z, int x, int y) {
        return new TileOp.Put("world", TileTree.tile(z, x, y, 1));
    }

    private static SceneOutcome accepted(long seq) {
        return new SceneOutcome.Accepted(OptionalLong.of(seq));
    }

    private static long count(TileKeeper keeper) {
        return keeper.tiles().size();
    }

    @Test
    void oneIsUnderWayAtATimeAndTheOthersFollowInOrder() {
        TileKeeper keeper = keeper(Tiles.NONE);
        change(keeper, List.of(), new TileOp.Declare(WORLD));
        change(keeper, List.of(Changes.put("gear")), put(1, 0, 0));
        change(keeper, List.of(), put(1, 1, 0));
        assertThat(journal.underWay()).isEqualTo(1);
        journal.deliver();
        assertThat(told).containsExactly(accepted(1));
        journal.deliverAll();
        assertThat(told).containsExactly(accepted(1), accepted(2), accepted(3));
        assertThat(count(keeper)).isEqualTo(2);
        assertThat(journal.scene()).contains(journal.entry(2));
    }

    @Test
    void whatAnotherHostChangedMeanwhileIsTakenIntoAccount() {
        TileKeeper keeper = keeper(Tiles.NONE);
        change(keeper, List.of(), new TileOp.Declare(WORLD));
        journal.deliverAll();
        change(keeper, List.of(), put(1, 0, 0));
        journal.append(Changes.tiles(keeper.tiles(), null, 3));
        journal.deliverAll();
        assertThat(told).containsExactly(accepted(1), accepted(3));
        assertThat(count(keeper)).isEqualTo(4);
        change(keeper, List.of(Changes.put("gear")), put(1, 1, 0));
        journal.transact(null, "s-2", Changes.put("lamp"));
        assertThat(journal.underWay()).isEqualTo(1);
        journal.deliverAll();
        assertThat(told).as("decided anew, since the scene changed").endsWith(accepted(5));
        assertThat(count(keeper)).isEqualTo(5);
    }

    @Test
    void aJournalIsToldWhatStandsBeforeAnythingIsDecided() {
        TileKeeper keeper = keeper(STORED);
        change(keeper, List.of(), put(1, 0, 0));
        assertThat(journal.underWay()).isEqualTo(1);
        journal.deliver();
        assertThat(journal.underWay()).as("the set follows its declaration").isEqualTo(1);
        journal.deliverAll();
        assertThat(told).containsExactly(accepted(3));
        assertThat(count(keeper)).isEqualTo(2);
    }

    @Test
    void whatAnotherHostToldTheJournalFirstCounts() {
        TileKeeper keeper = keeper(STORED);
        journal.append(Changes.tiles(Tiles.NONE, null, 7));
        journal.deliverAll();
        assertThat(journal.head()).isEqualTo(1);
        assertThat(count(keeper)).isEqualTo(7);
    }

    @Test
    void cutOffAllLearnIt() {
        TileKeeper keeper = keeper(Tiles.NONE);
        change(keeper, List.of(), new TileOp.Declare(WORLD));
        change(keeper, List.of(), new TileOp.Declare(WORLD));
        journal.cutOff("cut off from the others");
        assertThat(told)
                .hasSize(2)
                .allSatisfy(outcome ->
                        assertThat(((SceneOutcome.Refused) outcome).reason()).isEqualTo(Outcome.Reason.UNAVAILABLE));
        journal.back();
        change(keeper, List.of(), new TileOp.Declare(WORLD));
        journal.deliverAll();
        assertThat(told.get(2)).isEqualTo(accepted(1));
    }
}
