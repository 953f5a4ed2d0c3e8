package org.geometryos.compositor.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.testkit.Changes;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;

/** The bridge over a journal that answers later, as with several hosts. */
class LaterAnswersTest {
    private static final Driver WALL = new Driver("wall", Optional.of("s-1"), 10);
    private static final Driver DESK = new Driver("desk", Optional.of("s-2"), 10);
    private static final Driver TRACKER = new Driver("tracker", Optional.empty(), 0);

    private final FakeClock clock = new FakeClock(0);
    private final FakeJournal journal = new FakeJournal("epoch").answersLater();
    private final CameraArbiter bridge = bridge();
    private final List<Outcome> told = new ArrayList<>();

    private CameraArbiter bridge() {
        CameraArbiter made = new CameraArbiter(
                new Settings(3, TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(60), 1_000, true, Map.of()),
                clock,
                () -> 1_000_000);
        made.setJournal(journal);
        return made;
    }

    private static CameraUpdate move(String camera, double x) {
        return new CameraUpdate(camera, new View2d(x, 0, 1, 0));
    }

    private void tell(Answer<Outcome> answer) {
        answer.then(told::add);
    }

    private static Outcome accepted(long seq) {
        return new Outcome.Accepted(OptionalLong.of(seq));
    }

    private static Outcome.Reason reason(Outcome outcome) {
        return ((Outcome.Refused) outcome).reason();
    }

    private List<Double> views() {
        return journal.changes(Change.CameraChanged.class).stream()
                .map(change -> ((View2d) change.state().view()).x())
                .toList();
    }

    /** Somebody on another host. */
    private void elsewhere(Change change) {
        journal.append(change);
    }

    @Test
    void viewsWaitForTheirControlAndAreToldWhenTheyHaveTheirNumbers() {
        tell(bridge.update(WALL, move("a", 1)));
        tell(bridge.update(WALL, move("a", 2)));
        assertThat(journal.underWay()).as("control alone").isEqualTo(1);
        journal.deliver();
        assertThat(told).isEmpty();
        assertThat(journal.underWay()).as("both views at once").isEqualTo(2);
        tell(bridge.update(WALL, move("a", 3)));
        journal.deliverAll();
        assertThat(told).containsExactly(accepted(2), accepted(3), accepted(4));
        assertThat(views()).containsExactly(1.0, 2.0, 3.0);
        assertThat(journal.holders("a")).containsExactly("wall");
    }

    @Test
    void whoAsksMeanwhileWaitsAndIsRefused() {
        tell(bridge.update(WALL, move("a", 1)));
        tell(bridge.update(DESK, move("a", 2)));
        tell(bridge.take(DESK, "a", false));
        journal.deliverAll();
        assertThat(told).hasSize(3);
        assertThat(reason(told.get(0))).isEqualTo(Outcome.Reason.HELD);
        assertThat(reason(told.get(1))).isEqualTo(Outcome.Reason.HELD);
        assertThat(told.get(2)).as("its view comes behind").isEqualTo(accepted(2));
        assertThat(journal.holders("a")).containsExactly("wall");
    }

    @Test
    void aViewThatComesBehindAnotherHostsTakeIsHeld() {
        tell(bridge.update(TRACKER, move("a", 1)));
        journal.deliverAll();
        tell(bridge.update(TRACKER, move("a", 2)));
        elsewhere(Changes.held("a", "other"));
        journal.deliverAll();
        assertThat(reason(told.get(1))).isEqualTo(Outcome.Reason.HELD);
        assertThat(((Outcome.Refused) told.get(1)).message()).contains("other");
        assertThat(views()).containsExactly(1.0);
    }

    @Test
    void ofTwoHostsThatTakeAFreeCameraTheFirstInTheSequenceHasIt() {
        tell(bridge.take(TRACKER, "a", false));
        elsewhere(Changes.held("a", "other"));
        journal.deliverAll();
        assertThat(reason(told.get(0))).isEqualTo(Outcome.Reason.HELD);
        assertThat(journal.holders("a")).containsExactly("other");
    }

    @Test
    void whoseControlEndedMeanwhileTakesItAnewAndNoViewIsLostOrTurned() {
        tell(bridge.update(WALL, move("a", 1)));
        journal.deliverAll();
        tell(bridge.update(WALL, move("a", 2)));
        tell(bridge.update(WALL, move("a", 3)));
        elsewhere(new Change.ControlChanged(ControlState.free("a"), Optional.empty()));
        tell(bridge.update(WALL, move("a", 4)));
        journal.deliverAll();
        assertThat(told).hasSize(4).allMatch(Outcome::accepted);
        assertThat(views()).containsExactly(1.0, 2.0, 3.0, 4.0);
        assertThat(journal.holders("a")).containsExactly("wall", null, "wall");
    }

    @Test
    void oneWhoFailsWhenToldDoesNotKeepItFromTheOthers() {
        tell(bridge.take(WALL, "a", false));
        bridge.take(DESK, "a", false).then(outcome -> {
            throw new IllegalStateException("itself");
        });
        tell(bridge.take(TRACKER, "a", false));
        journal.deliverAll();
        assertThat(told).hasSize(2);
    }

    @Test
    void aTakeIsAcceptedWithItsOwnNumber() {
        tell(bridge.take(WALL, "a", false));
        tell(bridge.take(WALL, "a", false));
        journal.deliverAll();
        assertThat(told).containsExactly(accepted(1), new Outcome.Accepted(OptionalLong.empty()));
    }

    @Test
    void aCameraThatIsRemovedBehindItsFirstViewIsGone() {
        tell(bridge.update(TRACKER, move("a", 1)));
        tell(bridge.remove(TRACKER, "a"));
        journal.deliverAll();
        assertThat(told).hasSize(2).allMatch(Outcome::accepted);
        assertThat(journal.camera("a")).isEmpty();
        assertThat(journal.control("a")).isEmpty();
    }

    @Test
    void aSessionThatEndsWhileItTakesACameraLeavesItFree() {
        tell(bridge.update(WALL, move("a", 1)));
        bridge.releaseAll(WALL);
        journal.deliverAll();
        assertThat(journal.control("a")).isEmpty();
        assertThat(journal.holders("a")).startsWith("wall").endsWith((String) null);
    }

    @Test
    void aLeaseThatIsOverIsEndedOnce() {
        bridge.update(WALL, move("a", 1));
        journal.deliverAll();
        clock.passMillis(5_001);
        bridge.expire();
        bridge.expire();
        assertThat(journal.underWay()).isEqualTo(1);
        journal.deliverAll();
        assertThat(journal.holders("a")).containsExactly("wall", null);
    }

    @Test
    void aViewOfAnotherHostKeepsItsLease() {
        elsewhere(Changes.held("a", "test"));
        bridge.expire();
        clock.passMillis(4_000);
        elsewhere(Changes.view("a"));
        clock.passMillis(1_500);
        bridge.expire();
        assertThat(journal.underWay()).isZero();
    }

    @Test
    void cutOffEverybodyLearnsIt() {
        tell(bridge.update(WALL, move("a", 1)));
        tell(bridge.update(WALL, move("a", 2)));
        journal.cutOff("cut off from the others");
        tell(bridge.update(DESK, move("b", 1)));
        assertThat(told).hasSize(3).allSatisfy(outcome -> {
            assertThat(reason(outcome)).isEqualTo(Outcome.Reason.UNAVAILABLE);
            assertThat(((Outcome.Refused) outcome).message()).contains("cut off");
        });
        journal.back();
        tell(bridge.update(WALL, move("a", 3)));
        journal.deliverAll();
        assertThat(told.get(3).accepted()).isTrue();
    }

    @Test
    void whatWaitsIsBounded() {
        for (int i = 0; i <= CameraArbiter.MOST_WAITING; i++) {
            tell(bridge.update(WALL, move("a", i)));
        }
        assertThat(told).hasSize(1);
        assertThat(reason(told.get(0))).isEqualTo(Outcome.Reason.UNAVAILABLE);
        journal.deliverAll();
        assertThat(told).hasSize(CameraArbiter.MOST_WAITING + 1);
        assertThat(views()).hasSize(CameraArbiter.MOST_WAITING);
    }

    @Test
    void aTransactionThatTheSceneHasOvertakenIsEmpty() {
        List<Optional<Outcome>> outcomes = new ArrayList<>();
        bridge.update(
                        WALL,
                        move("a", 1),
                        journal,
                        Fence.replacing(0),
                        state -> new Change.SceneChanged(
                                List.of(), state.origin(), Optional.of(state), Scene.EMPTY, state.time()))
                .then(outcomes::add);
        journal.deliver();
        elsewhere(Changes.transaction(Scene.EMPTY, null, null, Changes.put("m")));
        journal.deliverAll();
        assertThat(outcomes).containsExactly(Optional.empty());
    }

    @Test
    void anotherJournalAnswersWhatWaitsInThisOne() {
        tell(bridge.update(WALL, move("a", 1)));
        tell(bridge.take(DESK, "b", false));
        FakeJournal next = new FakeJournal("next");
        bridge.setJournal(next);
        assertThat(told).containsExactlyInAnyOrder(accepted(2), accepted(3));
        assertThat(next.holders("a")).containsExactly("wall");
        journal.deliverAll();
        assertThat(told).as("nobody is told twice").hasSize(2);
    }

    @Test
    void nobodyIsToldWithTheLock() throws Exception {
        CompletableFuture<Boolean> free = new CompletableFuture<>();
        bridge.update(WALL, move("a", 1)).then(outcome -> {
            CompletableFuture<Void> other = CompletableFuture.runAsync(bridge::expire);
            try {
                other.get(20, TimeUnit.SECONDS);
                free.complete(true);
            } catch (Exception e) {
                free.completeExceptionally(e);
            }
        });
        journal.deliverAll();
        assertThat(free.get(20, TimeUnit.SECONDS)).isTrue();
    }
}
