package org.geometryos.compositor.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.scene.Model;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.scene.SceneOp;
import org.geometryos.compositor.api.scene.SceneOutcome;
import org.geometryos.compositor.io.state.Turns;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;

/** Transactions over a journal that answers later, as with several hosts. */
class LaterAnswersTest {
    private static final Driver WALL = new Driver("wall", Optional.of("s-1"), 10);

    private final FakeJournal journal = new FakeJournal("epoch").answersLater();
    private final SceneKeeper keeper = keeper();
    private final List<SceneOutcome> told = new ArrayList<>();

    private SceneKeeper keeper() {
        TestCameras cameras = new TestCameras(journal);
        SceneKeeper made = new SceneKeeper(() -> cameras, Scene.EMPTY, new Settings(1_000, 1 << 20), () -> 1);
        made.setJournal(journal);
        return made;
    }

    private void change(SceneOp op) {
        keeper.change(WALL, List.of(op), Optional.empty()).then(told::add);
    }

    private static SceneOp put(String id) {
        return new SceneOp.Put(new Model(id, "models/" + id + ".glb"));
    }

    private static SceneOutcome accepted(long seq) {
        return new SceneOutcome.Accepted(OptionalLong.of(seq));
    }

    private List<String> ids() {
        return keeper.scene().models().stream().map(Model::id).toList();
    }

    @Test
    void oneIsUnderWayAtATimeAndTheOthersFollowInOrder() {
        change(put("a"));
        change(put("b"));
        change(new SceneOp.Remove("a"));
        assertThat(journal.underWay()).isEqualTo(1);
        journal.deliver();
        assertThat(told).containsExactly(accepted(1));
        journal.deliverAll();
        assertThat(told).containsExactly(accepted(1), accepted(2), accepted(3));
        assertThat(ids()).containsExactly("b");
        assertThat(keeper.scene().revision()).isEqualTo(3);
    }

    @Test
    void whatAnotherHostChangedMeanwhileIsTakenIntoAccount() {
        change(put("a"));
        journal.deliverAll();
        change(put("b"));
        change(new SceneOp.Remove("a"));
        Scene now = keeper.scene();
        journal.append(Changes.transaction(now, null, null, new SceneOp.Remove("a"), put("c")));
        journal.deliverAll();
        assertThat(told).hasSize(3);
        assertThat(told.get(1)).isEqualTo(accepted(3));
        assertThat(told.get(2))
                .isInstanceOfSatisfying(
                        SceneOutcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Outcome.Reason.NOT_FOUND));
        assertThat(ids()).containsExactly("b", "c");
    }

    @Test
    void aNewJournalIsToldTheSceneBeforeAnythingIsDecided() {
        change(put("a"));
        journal.deliverAll();
        FakeJournal next = new FakeJournal("next").answersLater();
        keeper.journalGone(journal);
        keeper.setJournal(next);
        change(new SceneOp.Remove("a"));
        assertThat(next.underWay()).isEqualTo(1);
        next.deliverAll();
        assertThat(told).containsExactly(accepted(1), accepted(2));
        assertThat(ids()).isEmpty();
    }

    @Test
    void aTransactionWithACameraWaitsItsTurn() {
        change(put("a"));
        keeper.change(WALL, List.of(put("b")), Optional.of(new CameraUpdate("tour", new View2d(1, 2, 1, 0))))
                .then(told::add);
        change(put("c"));
        journal.deliverAll();
        assertThat(told).containsExactly(accepted(1), accepted(2), accepted(3));
        assertThat(journal.camera("tour")).isPresent();
    }

    @Test
    void cutOffAllLearnIt() {
        change(put("a"));
        change(put("b"));
        journal.cutOff("cut off from the others");
        assertThat(told)
                .hasSize(2)
                .allSatisfy(outcome ->
                        assertThat(((SceneOutcome.Refused) outcome).reason()).isEqualTo(Outcome.Reason.UNAVAILABLE));
        journal.back();
        change(put("c"));
        journal.deliverAll();
        assertThat(told.get(2)).isEqualTo(accepted(1));
    }

    @Test
    void whatWaitsIsBounded() {
        for (int i = 0; i <= Turns.MOST_WAITING + 1; i++) {
            change(put("m" + i));
        }
        assertThat(told).hasSize(1);
        assertThat(((SceneOutcome.Refused) told.get(0)).reason()).isEqualTo(Outcome.Reason.UNAVAILABLE);
        journal.deliverAll();
        assertThat(told).hasSize(Turns.MOST_WAITING + 2);
        assertThat(ids()).hasSize(Turns.MOST_WAITING + 1);
    }

    @Test
    void nobodyIsToldWithTheLock() throws Exception {
        CompletableFuture<Scene> seen = new CompletableFuture<>();
        keeper.change(WALL, List.of(put("a")), Optional.empty()).then(outcome -> {
            try {
                seen.complete(CompletableFuture.supplyAsync(keeper::scene).get(20, TimeUnit.SECONDS));
            } catch (Exception e) {
                seen.completeExceptionally(e);
            }
        });
        journal.deliverAll();
        assertThat(seen.get(20, TimeUnit.SECONDS).models()).hasSize(1);
    }
}
