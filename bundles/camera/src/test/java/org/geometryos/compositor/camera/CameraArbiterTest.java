package org.geometryos.compositor.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.ControlState;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Fence;
import org.geometryos.compositor.api.metrics.Durations;
import org.geometryos.compositor.api.metrics.Readings;
import org.geometryos.compositor.api.scene.Scene;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.Test;

class CameraArbiterTest {
    private static final Driver WALL = new Driver("wall", Optional.of("s-1"), 10);
    private static final Driver DESK = new Driver("desk", Optional.of("s-2"), 10);
    private static final Driver TRACKER = new Driver("tracker", Optional.empty(), 0);
    private static final Driver CHIEF = new Driver("chief", Optional.of("s-3"), 20);

    private final FakeClock clock = new FakeClock(Long.MAX_VALUE - 10);
    private long micros = 1_000_000_000L;
    private final FakeJournal journal = new FakeJournal("epoch");
    private final CameraArbiter bridge = bridge(journal);

    private CameraArbiter bridge(FakeJournal on) {
        CameraArbiter made = new CameraArbiter(
                new Settings(3, TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(60), 1_000, true, Map.of()),
                clock,
                () -> micros);
        if (on != null) {
            made.setJournal(on);
        }
        return made;
    }

    private void pass(long millis) {
        clock.passMillis(millis);
        micros += TimeUnit.MILLISECONDS.toMicros(millis);
    }

    private static CameraUpdate move(String camera) {
        return new CameraUpdate(camera, new View2d(1, 2, 1, 0));
    }

    private static long seq(Answer<Outcome> outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
        return ((Outcome.Accepted) outcome).seq().orElse(0);
    }

    private static void refused(Answer<Outcome> outcome, Outcome.Reason reason, String... words) {
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, r -> {
            assertThat(r.reason()).isEqualTo(reason);
            for (String word : words) {
                assertThat(r.message()).contains(word);
            }
        });
    }

    // ---- as a part of something larger

    private Change.SceneChanged transaction(CameraState state) {
        return new Change.SceneChanged(List.of(), state.origin(), Optional.of(state), Scene.EMPTY, state.time());
    }

    @Test
    void aTransactionTakesTheCameraAndGivesItItsView() {
        assertThat(bridge.update(WALL, move("a"), journal, Fence.replacing(0), this::transaction)
                        .now(null))
                .contains(new Outcome.Accepted(OptionalLong.of(2)));
        assertThat(journal.holders("a")).containsExactly("wall");
        assertThat(bridge.camera("a"))
                .hasValueSatisfying(state -> assertThat(state.source()).isEqualTo("wall"));
        pass(4_900);
        assertThat(bridge.update(WALL, move("a"), journal, Fence.replacing(2), this::transaction)
                        .now(null))
                .contains(new Outcome.Accepted(OptionalLong.of(3)));
        pass(4_900);
        bridge.expire();
        assertThat(bridge.control("a")).as("renewed").isPresent();
    }

    @Test
    void whereTheSceneIsAnotherNotEvenControlIsTaken() {
        assertThat(bridge.update(WALL, move("a"), journal, Fence.replacing(7), this::transaction)
                        .now(null))
                .isEmpty();
        assertThat(bridge.update(WALL, move("a"), new FakeJournal("another"), Fence.replacing(0), this::transaction)
                        .now(null))
                .as("numbers of another sequence")
                .isEmpty();
        assertThat(journal.changes()).isEmpty();
    }

    @Test
    void aTransactionOnACameraThatAnotherHoldsIsRefused() {
        bridge.update(DESK, move("a"));
        refused(
                bridge.update(WALL, move("a"), journal, Fence.replacing(0), this::transaction)
                        .now(null)
                        .orElseThrow(),
                Outcome.Reason.HELD,
                "desk");
        assertThat(journal.scene()).isEmpty();
    }

    // ---- updates

    @Test
    void anUpdateOfAFreeCameraTakesIt() {
        assertThat(seq(bridge.update(WALL, move("a")))).isEqualTo(2);
        assertThat(journal.holders("a")).containsExactly("wall");
        assertThat(bridge.control("a"))
                .hasValueSatisfying(c -> assertThat(c.session()).contains("s-1"));
        assertThat(seq(bridge.update(WALL, move("a"))))
                .as("nothing but the view")
                .isEqualTo(3);
    }

    @Test
    void anUpdateKeepsWhatItsDriverSaid() {
        bridge.update(WALL, move("a").withTime(5).withSample(7).withCut(true).withTimecode("01:02:03:04"));
        CameraState state = bridge.camera("a").orElseThrow();
        assertThat(state.time()).isEqualTo(5);
        assertThat(state.received()).isEqualTo(micros);
        assertThat(state.sample()).hasValue(7);
        assertThat(state.cut()).isTrue();
        assertThat(state.timecode()).contains("01:02:03:04");
        assertThat(state.source()).isEqualTo("wall");
        assertThat(state.origin()).contains("s-1");
        bridge.update(WALL, move("a"));
        assertThat(bridge.camera("a").orElseThrow().time())
                .as("of one without a time")
                .isEqualTo(micros);
    }

    @Test
    void aHeldCameraIsHeldAgainstTheSamePriority() {
        bridge.update(WALL, move("a"));
        refused(bridge.update(DESK, move("a")), Outcome.Reason.HELD, "\"a\"", "\"wall\"");
        refused(bridge.update(TRACKER, move("a")), Outcome.Reason.HELD, "wall");
        refused(bridge.take(DESK, "a", false), Outcome.Reason.HELD, "wall");
        assertThat(journal.head()).isEqualTo(2);
    }

    @Test
    void aHigherPriorityTakesTheCameraOver() {
        bridge.update(TRACKER, move("a"));
        assertThat(bridge.update(WALL, move("a")).now(null).accepted()).isTrue();
        assertThat(bridge.take(CHIEF, "a", false).now(null).accepted()).isTrue();
        assertThat(journal.holders("a")).containsExactly("tracker", "wall", "chief");
        refused(bridge.update(WALL, move("a")), Outcome.Reason.HELD, "chief");
    }

    @Test
    void anotherSessionOfTheSameDisplayIsAnother() {
        bridge.update(WALL, move("a"));
        refused(bridge.update(new Driver("wall", Optional.of("s-9"), 10), move("a")), Outcome.Reason.HELD);
    }

    @Test
    void oneCameraTooManyIsRefused() {
        bridge.update(WALL, move("a"));
        bridge.update(WALL, move("b"));
        bridge.update(WALL, move("c"));
        refused(bridge.update(WALL, move("d")), Outcome.Reason.LIMIT, "\"d\"", "3");
        refused(bridge.take(WALL, "d", false), Outcome.Reason.LIMIT, "\"d\"", "3");
        assertThat(bridge.update(WALL, move("a")).now(null).accepted()).isTrue();
        bridge.remove("b", Optional.empty());
        assertThat(bridge.update(WALL, move("d")).now(null).accepted()).isTrue();
    }

    @Test
    void withoutAJournalEverythingIsUnavailable() {
        CameraArbiter without = bridge(null);
        refused(without.update(WALL, move("a")), Outcome.Reason.UNAVAILABLE);
        refused(without.take(WALL, "a", false), Outcome.Reason.UNAVAILABLE);
        refused(without.release(WALL, "a"), Outcome.Reason.UNAVAILABLE);
        refused(without.remove("a", Optional.empty()), Outcome.Reason.UNAVAILABLE);
        without.expire();
        without.releaseAll(WALL);
        assertThat(without.cameras()).isEmpty();
        assertThat(without.control("a")).isEmpty();
    }

    // ---- control

    @Test
    void takingWorksOnACameraThatIsNotThere() {
        assertThat(seq(bridge.take(WALL, "not/there", false))).isEqualTo(1);
        assertThat(bridge.cameras()).isEmpty();
        assertThat(bridge.take(WALL, "not/there", false))
                .as("a renewal is nothing new")
                .isEqualTo(new Outcome.Accepted(OptionalLong.empty()));
    }

    @Test
    void aLeaseEndsAfterFiveSecondsWithoutRenewal() {
        bridge.update(WALL, move("a"));
        pass(4_999);
        bridge.expire();
        assertThat(journal.holders("a")).containsExactly("wall");
        pass(1);
        bridge.expire();
        assertThat(journal.holders("a")).containsExactly("wall", null);
        assertThat(bridge.control("a")).isEmpty();
        bridge.expire();
        assertThat(journal.holders("a")).hasSize(2);
    }

    @Test
    void updatesAndTakesRenewALease() {
        bridge.update(WALL, move("a"));
        bridge.take(WALL, "b", false);
        for (int i = 0; i < 10; i++) {
            pass(3_000);
            bridge.update(WALL, move("a"));
            bridge.take(WALL, "b", false);
            bridge.expire();
        }
        assertThat(journal.holders("a")).containsExactly("wall");
        assertThat(journal.holders("b")).containsExactly("wall");
    }

    @Test
    void aLeaseThatIsOverProtectsNobody() {
        bridge.update(WALL, move("a"));
        pass(5_000);
        assertThat(bridge.update(TRACKER, move("a")).now(null).accepted()).isTrue();
        assertThat(journal.holders("a")).containsExactly("wall", "tracker");
    }

    @Test
    void onlyTheHolderReleases() {
        bridge.take(WALL, "a", false);
        refused(bridge.release(DESK, "a"), Outcome.Reason.HELD, "wall");
        refused(bridge.release(CHIEF, "a"), Outcome.Reason.HELD, "wall");
        assertThat(seq(bridge.release(WALL, "a"))).isEqualTo(2);
        assertThat(journal.holders("a")).containsExactly("wall", null);
    }

    @Test
    void releasingAFreeCameraIsAcceptedWithoutANumber() {
        assertThat(bridge.release(WALL, "a")).isEqualTo(new Outcome.Accepted(OptionalLong.empty()));
        assertThat(journal.head()).isZero();
    }

    @Test
    void whoLeavesReleasesAllItHeldAndNothingElse() {
        bridge.take(WALL, "a", false);
        bridge.take(WALL, "b", false);
        bridge.take(DESK, "c", false);
        bridge.releaseAll(new Driver("wall", Optional.of("s-1"), 0));
        assertThat(bridge.control("a")).isEmpty();
        assertThat(bridge.control("b")).isEmpty();
        assertThat(bridge.control("c")).isPresent();
    }

    // ---- removal

    @Test
    void aRemovedCameraIsFreeAndGone() {
        bridge.update(WALL, move("a"));
        assertThat(seq(bridge.remove("a", Optional.empty()))).isEqualTo(4);
        assertThat(journal.holders("a")).containsExactly("wall", null);
        assertThat(journal.changes().get(3)).isEqualTo(new Change.CameraRemoved("a"));
        assertThat(bridge.cameras()).isEmpty();
        refused(bridge.remove("a", Optional.empty()), Outcome.Reason.NOT_FOUND, "\"a\"");
    }

    // ---- journals

    @Test
    void aSourceDoesNotTakeAwayACameraThatAnotherHolds() {
        bridge.update(WALL, move("a"));
        refused(bridge.remove(TRACKER, "a"), Outcome.Reason.HELD, "wall");
        assertThat(bridge.camera("a")).isPresent();
        bridge.release(WALL, "a");
        assertThat(bridge.remove(TRACKER, "a").now(null).accepted()).isTrue();
        refused(bridge.remove(TRACKER, "a"), Outcome.Reason.NOT_FOUND);
    }

    // ---- fail-over

    private boolean cut(Driver driver) {
        assertThat(bridge.update(driver, move("a")).now(null).accepted()).isTrue();
        return bridge.camera("a").orElseThrow().cut();
    }

    @Test
    void theFirstUpdateOfASourceThatTakesOverCuts() {
        Driver other = new Driver("other", Optional.empty(), 0);
        assertThat(cut(TRACKER)).as("nobody was before it").isFalse();
        bridge.releaseAll(TRACKER);
        assertThat(cut(other)).isTrue();
        assertThat(cut(other)).isFalse();
        assertThat(cut(WALL)).as("a display goes on from the view it shows").isFalse();
        pass(5_000);
        assertThat(cut(TRACKER)).isTrue();
        pass(5_000);
        bridge.expire();
        assertThat(cut(TRACKER)).as("it goes on where it was").isFalse();
    }

    @Test
    void aHolderThatStandsStillKeepsItsCameraByRenewing() {
        bridge.update(TRACKER, move("a"));
        for (int i = 0; i < 5; i++) {
            pass(4_000);
            assertThat(bridge.renew(TRACKER, "a")).isTrue();
            bridge.expire();
        }
        assertThat(journal.holders("a")).containsExactly(TRACKER.name());
        pass(5_000);
        bridge.expire();
        assertThat(bridge.renew(TRACKER, "a")).as("what is free is not taken").isFalse();
        bridge.update(WALL, move("a"));
        assertThat(bridge.renew(TRACKER, "a"))
                .as("what another holds stays there")
                .isFalse();
        assertThat(bridge.control("a"))
                .hasValueSatisfying(control -> assertThat(control.holder()).contains(WALL.name()));
    }

    @Test
    void withoutFailOverCutAnUpdateCutsIfItsSourceSaysSo() {
        bridge.configure(
                new Settings(3, TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(60), 1_000, false, Map.of()));
        bridge.update(WALL, move("a"));
        pass(5_000);
        assertThat(cut(TRACKER)).isFalse();
        bridge.update(TRACKER, move("a").withCut(true));
        assertThat(bridge.camera("a").orElseThrow().cut()).isTrue();
    }

    @Test
    void aNewJournalGetsStatesAndHolders() {
        bridge.update(WALL, move("a").withTime(77));
        bridge.take(DESK, "b", false);
        bridge.journalGone(journal);
        assertThat(bridge.cameras()).hasSize(1);
        assertThat(bridge.control("b")).isPresent();
        FakeJournal next = new FakeJournal("next");
        bridge.setJournal(next);
        assertThat(next.snapshot().cameras()).containsOnlyKeys("a");
        assertThat(next.snapshot().control()).containsOnlyKeys("a", "b");
        assertThat(bridge.camera("a").orElseThrow().time()).isEqualTo(77);
        refused(bridge.update(DESK, move("a")), Outcome.Reason.HELD, "wall");
    }

    @Test
    void whatWasRemovedDoesNotComeBackWithANewJournal() {
        bridge.update(WALL, move("a"));
        bridge.remove("a", Optional.empty());
        bridge.journalGone(journal);
        FakeJournal next = new FakeJournal("epoch");
        bridge.setJournal(next);
        assertThat(next.head()).isZero();
    }

    @Test
    void aJournalThatKnowsBetterIsNotOverwritten() {
        bridge.update(WALL, move("a").withTime(1));
        FakeJournal next = new FakeJournal("next");
        CameraArbiter other = bridge(next);
        other.update(DESK, move("a").withTime(2));
        bridge.setJournal(next);
        assertThat(bridge.camera("a").orElseThrow().time()).isEqualTo(2);
        assertThat(next.holders("a")).containsExactly("desk");
        refused(bridge.update(WALL, move("a")), Outcome.Reason.HELD, "desk");
    }

    @Test
    void whoCameToHoldACameraWhileTheJournalWasAwayHasAFullLease() {
        bridge.update(WALL, move("a"));
        bridge.journalGone(journal);
        pass(4_000);
        CameraArbiter other = bridge(journal);
        other.take(DESK, "a", true);
        other.take(WALL, "a", true);
        bridge.setJournal(journal);
        pass(2_000);
        refused(bridge.update(DESK, move("a")), Outcome.Reason.HELD, "wall");
        pass(3_000);
        bridge.expire();
        assertThat(journal.holders("a")).containsExactly("wall", "desk", "wall", null);
    }

    @Test
    void aNewBridgeAdoptsCamerasAndGivesHoldersAFullLease() {
        bridge.update(WALL, move("a"));
        pass(4_000);
        CameraArbiter next = bridge(journal);
        assertThat(next.cameras()).hasSize(1);
        refused(next.update(DESK, move("a")), Outcome.Reason.HELD, "wall");
        pass(2_000);
        next.expire();
        assertThat(journal.holders("a")).containsExactly("wall");
        pass(3_000);
        next.expire();
        assertThat(journal.holders("a")).containsExactly("wall", null);
    }

    @Test
    void aNewBridgeKnowsThePriorityOfAHolder() {
        bridge.take(CHIEF, "a", false);
        refused(bridge(journal).take(WALL, "a", false), Outcome.Reason.HELD, "chief");
    }

    // ---- two bridges side by side

    @Test
    void twoBridgesAgreeWhoHoldsACamera() {
        CameraArbiter other = bridge(journal);
        bridge.update(WALL, move("a"));
        refused(other.update(DESK, move("a")), Outcome.Reason.HELD, "wall");
        other.update(CHIEF, move("a"));
        refused(bridge.update(WALL, move("a")), Outcome.Reason.HELD, "chief");
        assertThat(other.release(CHIEF, "a").now(null).accepted()).isTrue();
        assertThat(bridge.update(WALL, move("a")).now(null).accepted()).isTrue();
        assertThat(journal.holders("a")).containsExactly("wall", "chief", null, "wall");
    }

    @Test
    void aLeaseRenewedThroughOneBridgeDoesNotEndInTheOther() {
        CameraArbiter other = bridge(journal);
        bridge.update(WALL, move("a"));
        other.expire();
        for (int i = 0; i < 10; i++) {
            pass(2_000);
            bridge.update(WALL, move("a"));
            bridge.expire();
            other.expire();
        }
        assertThat(journal.holders("a")).containsExactly("wall");
        pass(20_000);
        other.expire();
        bridge.expire();
        assertThat(journal.holders("a")).containsExactly("wall", null);
    }

    @Test
    void aHolderLetInByABridgeThatIsGoneStillEnds() {
        CameraArbiter other = bridge(journal);
        bridge.take(WALL, "a", false);
        other.expire();
        pass(5_000);
        other.expire();
        assertThat(journal.holders("a")).containsExactly("wall", null);
    }

    @Test
    void aSessionThatEndsReleasesWhatItTookThroughTheOtherBridge() {
        CameraArbiter other = bridge(journal);
        bridge.take(WALL, "a", false);
        other.releaseAll(WALL);
        assertThat(journal.holders("a")).containsExactly("wall", null);
    }

    @Test
    void bothBridgesSeeTheSameCameras() {
        CameraArbiter other = bridge(journal);
        bridge.update(WALL, move("a").withTime(1));
        assertThat(other.camera("a")).isPresent();
        assertThat(other.control("a")).map(ControlState::holder).contains(Optional.of("wall"));
        assertThat(other.remove("a", Optional.empty()).now(null).accepted()).isTrue();
        assertThat(bridge.cameras()).isEmpty();
    }

    @Test
    void settingsChangeWhileItRuns() {
        bridge.configure(
                new Settings(1, TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(60), 1_000, true, Map.of()));
        bridge.update(WALL, move("a"));
        refused(bridge.update(WALL, move("b")), Outcome.Reason.LIMIT);
        pass(1_000);
        bridge.expire();
        assertThat(bridge.control("a")).isEmpty();
        assertThat(bridge.maxCameras()).isEqualTo(1);
    }

    @Test
    void whatASessionCausedNamesIt() {
        Driver other = new Driver("tour", Optional.empty(), 0);
        bridge.update(WALL, move("a"));
        bridge.release(WALL, "a");
        bridge.update(WALL, move("a"));
        bridge.remove("a", Optional.of("s-7"));
        bridge.update(other, move("a"));
        bridge.release(other, "a");
        assertThat(journal.changes().stream()
                        .map(change -> change.getClass().getSimpleName() + " "
                                + change.origin().orElse("-")))
                .containsExactly(
                        "ControlChanged s-1",
                        "CameraChanged s-1",
                        "ControlChanged s-1",
                        "ControlChanged s-1",
                        "CameraChanged s-1",
                        "ControlChanged s-7",
                        "CameraRemoved s-7",
                        "ControlChanged -",
                        "CameraChanged -",
                        "ControlChanged -");
    }

    // ---- sources that take their cameras away

    @Test
    void whatASourceTakesAwayWhileSomebodyHoldsItGoesWhenItIsGivenBack() {
        bridge.update(TRACKER, move("a"));
        bridge.update(WALL, move("a"));
        refused(bridge.remove(TRACKER, "a"), Outcome.Reason.HELD, "wall");
        pass(4_000);
        bridge.expire();
        assertThat(bridge.camera("a")).isPresent();
        pass(1_000);
        bridge.expire();
        bridge.expire();
        assertThat(bridge.camera("a")).isEmpty();
    }

    @Test
    void aSourceThatDrivesItAgainKeepsIt() {
        bridge.update(TRACKER, move("a"));
        bridge.update(WALL, move("a"));
        refused(bridge.remove(TRACKER, "a"), Outcome.Reason.HELD);
        bridge.release(WALL, "a");
        bridge.update(TRACKER, move("a"));
        pass(10_000);
        bridge.expire();
        bridge.expire();
        assertThat(bridge.camera("a")).isPresent();
    }

    @Test
    void whatAnotherSourceDroveSinceIsItsOwn() {
        Driver other = new Driver("other", Optional.empty(), 1);
        bridge.update(TRACKER, move("a"));
        bridge.update(other, move("a"));
        pass(6_000);
        bridge.expire();
        refused(bridge.remove(TRACKER, "a"), Outcome.Reason.HELD, "other");
        bridge.gone(TRACKER);
        assertThat(bridge.camera("a")).isPresent();
        bridge.gone(other);
        assertThat(bridge.camera("a")).isEmpty();
    }

    @Test
    void whatIsTakenAwayWithoutAJournalIsNotInTheNextOne() {
        bridge.update(TRACKER, move("a"));
        bridge.release(TRACKER, "a");
        bridge.journalGone(journal);
        refused(bridge.remove(TRACKER, "a"), Outcome.Reason.UNAVAILABLE);
        bridge.setJournal(new FakeJournal("epoch"));
        bridge.expire();
        assertThat(bridge.camera("a")).isEmpty();
    }

    @Test
    void aBridgeThatComesKnowsWhoseACameraIs() {
        bridge.update(TRACKER, move("a"));
        bridge.release(TRACKER, "a");
        CameraArbiter next = bridge(journal);
        next.gone(TRACKER);
        assertThat(next.camera("a")).isEmpty();
    }

    // ---- by force, and kept for too long

    @Test
    void forceTakesACameraWhoeverHoldsItAndNoPriorityWinsItBack() {
        Driver admin = new Driver("desk", Optional.of("s-9"), 0);
        Driver strong = new Driver("tracker", Optional.empty(), 100);
        bridge.update(strong, move("a"));
        refused(bridge.take(admin, "a", false), Outcome.Reason.HELD, "tracker");
        seq(bridge.take(admin, "a", true));
        assertThat(journal.holders("a")).containsExactly("tracker", "desk");
        refused(bridge.update(strong, move("a")), Outcome.Reason.HELD, "desk");
        bridge.update(admin, move("a"));
        refused(bridge.update(strong, move("a")), Outcome.Reason.HELD, "desk");
        // but another one's force does
        seq(bridge.take(strong, "a", true));
        refused(bridge.update(admin, move("a")), Outcome.Reason.HELD, "tracker");
        pass(5_000);
        bridge.expire();
        seq(bridge.update(admin, move("a")));
    }

    @Test
    void aBridgeThatComesKnowsWhatWasTakenByForce() {
        Driver strong = new Driver("tracker", Optional.empty(), 100);
        bridge.take(WALL, "a", true);
        refused(bridge(journal).update(strong, move("a")), Outcome.Reason.HELD, "wall");
    }

    @Test
    void forceOfTheHolderRenewsAndTellsNobody() {
        bridge.update(WALL, move("a"));
        assertThat(bridge.take(WALL, "a", true)).isEqualTo(new Outcome.Accepted(OptionalLong.empty()));
        assertThat(journal.holders("a")).containsExactly("wall");
    }

    @Test
    void takeAloneKeepsACameraNoLongerThanTheHoldLimitAfterItsLastMovement() {
        bridge.take(WALL, "a", false);
        keep(30_000);
        bridge.update(WALL, move("a"));
        keep(59_000);
        assertThat(bridge.control("a")).isPresent();
        keep(2_000);
        assertThat(bridge.control("a")).isEmpty();
        assertThat(journal.holders("a")).containsExactly("wall", null);
    }

    @Test
    void whoKeptACameraForTooLongComesAfterOthersForTheTimeOfALease() {
        bridge.take(WALL, "a", false);
        keep(61_000);
        refused(bridge.take(WALL, "a", false), Outcome.Reason.LIMIT, "holdLimit");
        seq(bridge.take(DESK, "a", false));
        bridge.release(DESK, "a");
        seq(bridge.take(WALL, "a", false));
        keep(61_000);
        refused(bridge.take(WALL, "a", false), Outcome.Reason.LIMIT);
        seq(bridge.update(WALL, move("a")));
        bridge.release(WALL, "a");
        seq(bridge.take(WALL, "a", false));
        keep(61_000);
        pass(5_000);
        seq(bridge.take(WALL, "a", false));
    }

    /** Renews each second, as a page does. */
    private void keep(long millis) {
        for (long at = 0; at < millis && bridge.control("a").isPresent(); at += 1_000) {
            pass(1_000);
            bridge.expire();
            if (bridge.control("a").isPresent()) {
                bridge.take(WALL, "a", false);
            }
        }
    }

    @Test
    void aRenewalAtTheHoldLimitIsRefusedAndTheCameraFree() {
        bridge.update(WALL, move("a"));
        pass(60_000);
        refused(bridge.take(WALL, "a", false), Outcome.Reason.LIMIT, "\"a\"", "60000 ms", "holdLimit");
        assertThat(bridge.control("a")).isEmpty();
    }

    @Test
    void movementRenewsWhateverTheHoldLimitIs() {
        bridge.configure(
                new Settings(3, TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(1), 1_000, true, Map.of()));
        bridge.update(WALL, move("a"));
        pass(4_000);
        bridge.expire();
        assertThat(bridge.control("a")).as("the lease of an update is its own").isPresent();
    }

    // ---- counting

    /** What is counted, by camera and reason. */
    private static Map<String, Double> counts(CameraArbiter bridge) {
        Map<String, Double> counts = new HashMap<>();
        bridge.counts().read(new Readings() {
            @Override
            public void counter(String name, String help, double value, String... labels) {
                counts.put(labels[1] + (labels.length > 2 ? " " + labels[3] : ""), value);
            }

            @Override
            public void gauge(String name, String help, double value, String... labels) {
                throw new AssertionError(name);
            }

            @Override
            public void durations(String name, String help, Durations durations, String... labels) {
                throw new AssertionError(name);
            }
        });
        return counts;
    }

    @Test
    void updatesCountByCameraAndRefusalsByReason() {
        bridge.update(WALL, move("a"));
        bridge.update(WALL, move("a"));
        bridge.update(TRACKER, move("a"));
        bridge.update(WALL, move("b"));
        bridge.update(WALL, move("c"));
        bridge.update(WALL, move("one.too.many"));
        bridge.update(WALL, move("a"), journal, Fence.replacing(7), this::transaction);
        assertThat(counts(bridge))
                .containsEntry("a", 2.0)
                .containsEntry("a held", 1.0)
                .containsEntry("b", 1.0)
                .containsEntry("other", 0.0)
                .containsEntry("other limit", 1.0)
                .doesNotContainKey("one.too.many");
    }

    @Test
    void updatesThatCameWithoutAJournalCountToo() {
        bridge.update(WALL, move("a"));
        bridge.journalGone(journal);
        bridge.update(WALL, move("a"));
        bridge.update(WALL, move("b"));
        assertThat(counts(bridge)).containsEntry("a unavailable", 1.0).containsEntry("other unavailable", 1.0);
    }

    @Test
    void aCameraThatIsRemovedLeavesTheCounts() {
        bridge.update(WALL, move("a"));
        bridge.remove("a", Optional.empty());
        assertThat(counts(bridge)).doesNotContainKey("a");
        bridge.update(WALL, move("a"));
        assertThat(counts(bridge)).containsEntry("a", 1.0);
    }

    @Test
    void camerasBeyondTheBoundCountTogether() {
        CameraArbiter wide = new CameraArbiter(
                new Settings(500, TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(60), 1_000, true, Map.of()),
                clock,
                () -> micros);
        wide.setJournal(new FakeJournal("wide"));
        for (int i = 0; i < UpdateCounts.CAMERAS + 7; i++) {
            wide.update(WALL, move("camera-" + i));
        }
        assertThat(counts(wide)).containsEntry("camera-99", 1.0).containsEntry("other", 7.0);
        assertThat(counts(wide).keySet().stream().filter(name -> name.matches("camera-\\d+|other")))
                .hasSize(UpdateCounts.CAMERAS + 1);
    }
}
