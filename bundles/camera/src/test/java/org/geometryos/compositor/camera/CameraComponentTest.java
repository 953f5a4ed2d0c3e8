package org.geometryos.compositor.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.control.SourceState;
import org.geometryos.compositor.api.value.TimeOfDay;
import org.geometryos.compositor.testkit.FakeClock;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CameraComponentTest {
    private volatile boolean running = true;
    private final FakeClock clock = new FakeClock(0);
    private final FakeJournal journal = new FakeJournal("epoch");
    private final CameraComponent component =
            new CameraComponent(null, properties(400, 5_000), bundle -> running, this::nanos, TimeOfDay::micros);

    CameraComponentTest() {
        component.start();
    }

    /** It passes by itself, and when it is told to. */
    private long nanos() {
        return System.nanoTime() + clock.getAsLong();
    }

    private static Map<String, Object> properties(int cameras, int lease) {
        return Map.of("maxCameras", cameras, "leaseMillis", lease);
    }

    private static CameraConfig config(int cameras, int lease) {
        return new CameraConfig() {
            @Override
            public Class<? extends Annotation> annotationType() {
                return CameraConfig.class;
            }

            @Override
            public int maxCameras() {
                return cameras;
            }

            @Override
            public int leaseMillis() {
                return lease;
            }

            @Override
            public int holdLimit() {
                return 600_000;
            }

            @Override
            public int updatesPerSecond() {
                return 10_000;
            }

            @Override
            public boolean failOverCut() {
                return true;
            }

            @Override
            public String[] sourceDelays() {
                return new String[0];
            }
        };
    }

    private static class Source implements CameraSource {
        final List<String> calls = new ArrayList<>();
        CameraSink sink;
        volatile SourceHealth health = SourceHealth.OK;

        @Override
        public void connected(CameraSink given) {
            calls.add("connected");
            sink = given;
        }

        @Override
        public void disconnected(CameraSink given) {
            calls.add("disconnected");
        }

        @Override
        public SourceHealth health() {
            return health;
        }

        @Override
        public Map<String, Long> counters() {
            return Map.of("made", 7L);
        }
    }

    private static Map<String, Object> named(Object id) {
        return Map.of(CameraSource.ID, id);
    }

    private static CameraUpdate move(String camera) {
        return new CameraUpdate(camera, new View2d(1, 2, 1, 0));
    }

    private static void until(String what, BooleanSupplier condition) {
        for (long end = System.nanoTime() + 60_000_000_000L; !condition.getAsBoolean(); ) {
            assertThat(System.nanoTime() - end).as("waited in vain for " + what).isNegative();
            Thread.onSpinWait();
        }
    }

    private SourceState state(String id) {
        return component.sources().stream()
                .filter(source -> source.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void untilHealth(String id, SourceHealth.Status status) {
        until(id + " " + status, () -> state(id).health().status() == status);
    }

    @BeforeEach
    void journalComes() {
        component.setJournal(journal);
    }

    @AfterEach
    void end() throws InterruptedException {
        component.deactivate();
    }

    @Test
    void aSourceIsConnectedAndItsUpdatesGoIntoTheSequence() {
        Source source = new Source();
        component.addSource(source, named("tracker"));
        assertThat(source.sink.push(move("a")).now(null).accepted()).isTrue();
        assertThat(journal.holders("a")).containsExactly("tracker");
        assertThat(component.camera("a").orElseThrow().source()).isEqualTo("tracker");
        assertThat(component.camera("a").orElseThrow().origin()).isEmpty();
        SourceState state = state("tracker");
        assertThat(state)
                .isEqualTo(new SourceState(
                        "tracker", 0, SourceHealth.OK, 1, 0, 0, 0, state.last(), List.of("a"), Map.of("made", 7L)));
        assertThat(state.last().getAsLong()).isCloseTo(System.currentTimeMillis() * 1000, within(60_000_000L));
    }

    @Test
    void aSourceWithABadIdIsLeftOut() {
        for (Object id : new Object[] {"", "a b", "ä", "x".repeat(65), 7}) {
            Source source = new Source();
            component.addSource(source, named(id));
            component.updatedSource(source, named(id));
            component.removeSource(source);
            assertThat(source.calls).isEmpty();
        }
        Source nameless = new Source();
        component.addSource(nameless, Map.of());
        assertThat(nameless.calls).isEmpty();
        assertThat(component.sources()).isEmpty();
    }

    @Test
    void aSourceThatLeavesFreesItsCamerasAndItsSinkIsClosed() {
        Source source = new Source();
        component.addSource(source, named("tracker"));
        source.sink.push(move("a"));
        component.removeSource(source);
        assertThat(source.calls).containsExactly("connected", "disconnected");
        assertThat(journal.holders("a")).containsExactly("tracker", null);
        assertThat(component.camera("a")).as("the camera stays").isPresent();
        assertThat(source.sink.push(move("a")))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class, r -> assertThat(r.reason()).isEqualTo(Outcome.Reason.UNAVAILABLE));
        assertThat(source.sink.remove("a").now(null).accepted()).isFalse();
    }

    @Test
    void twoSourcesOfOneNameShareWhatTheyHoldUntilTheLastOneLeaves() {
        Source old = new Source();
        Source next = new Source();
        component.addSource(old, named("tracker"));
        component.addSource(next, named("tracker"));
        assertThat(old.sink.push(move("a")).now(null).accepted()).isTrue();
        assertThat(next.sink.push(move("a")).now(null).accepted()).isTrue();
        component.removeSource(old);
        assertThat(journal.holders("a")).containsExactly("tracker");
        component.removeSource(next);
        assertThat(journal.holders("a")).containsExactly("tracker", null);
    }

    @Test
    void aSourceThatThrowsHurtsNobody() {
        Source bad = new Source() {
            @Override
            public void connected(CameraSink given) {
                throw new IllegalStateException("no");
            }

            @Override
            public void disconnected(CameraSink given) {
                throw new NoClassDefFoundError("no");
            }

            @Override
            public SourceHealth health() {
                throw new IllegalStateException("ill");
            }

            @Override
            public Map<String, Long> counters() {
                throw new AssertionError("none");
            }
        };
        Source good = new Source();
        component.addSource(bad, named("bad"));
        component.addSource(good, named("good"));
        assertThat(good.sink.push(move("a")).now(null).accepted()).isTrue();
        untilHealth("bad", SourceHealth.Status.FAILED);
        assertThat(state("bad").health().message())
                .isEqualTo("it failed when it was connected: java.lang.IllegalStateException: no");
        assertThat(state("bad").counters()).isEmpty();
        untilHealth("good", SourceHealth.Status.OK);
        component.removeSource(bad);
        assertThat(component.sources()).hasSize(1);
    }

    @Test
    void refusedUpdatesAndThoseFromTheFutureAreCounted() {
        Source source = new Source();
        component.addSource(source, named("tracker"));
        component.take(new Driver("wall", Optional.of("s"), 10), "held");
        source.sink.push(move("held"));
        long now = System.currentTimeMillis() * 1000;
        source.sink.push(move("a").withTime(now));
        source.sink.push(move("a").withTime(now + 60_000_000));
        assertThat(state("tracker"))
                .extracting(SourceState::accepted, SourceState::refused, SourceState::limited, SourceState::ahead)
                .containsExactly(2L, 1L, 0L, 1L);
        assertThat(component.camera("a").orElseThrow().time()).as("passed on").isEqualTo(now + 60_000_000);
    }

    @Test
    void aSourcesPriorityCountsAndCanChange() {
        Source low = new Source();
        Source high = new Source();
        component.addSource(low, named("low"));
        component.addSource(high, Map.of(CameraSource.ID, "high", CameraSource.PRIORITY, 5));
        low.sink.push(move("a"));
        assertThat(high.sink.push(move("a")).now(null).accepted()).isTrue();
        component.updatedSource(low, Map.of(CameraSource.ID, "low", CameraSource.PRIORITY, 9));
        assertThat(low.calls).containsExactly("connected");
        assertThat(low.sink.push(move("a")).now(null).accepted()).isTrue();
        component.updatedSource(high, Map.of(CameraSource.ID, "high", CameraSource.PRIORITY, " 12"));
        assertThat(high.sink.push(move("a")).now(null).accepted())
                .as("as configuration files have it")
                .isTrue();
        component.updatedSource(high, Map.of(CameraSource.ID, "high", CameraSource.PRIORITY, "text"));
        assertThat(component.sources()).extracting(SourceState::priority).containsExactly(0, 9);
    }

    @Test
    void aSourceThatChangesItsNameIsConnectedAnew() {
        Source source = new Source();
        component.addSource(source, named("one"));
        source.sink.push(move("a"));
        component.updatedSource(source, named("two"));
        assertThat(source.calls).containsExactly("connected", "disconnected", "connected");
        assertThat(source.sink.push(move("a")).now(null).accepted()).isTrue();
        assertThat(journal.holders("a")).containsExactly("one", null, "two");
    }

    @Test
    void aSourceThatGoesStaleFreesItsCamerasAtOnce() {
        Source source = new Source();
        component.addSource(source, named("tracker"));
        source.sink.push(move("a"));
        component.tick();
        assertThat(journal.holders("a")).containsExactly("tracker");
        source.health = new SourceHealth(SourceHealth.Status.STALE, "nothing comes");
        until("a free camera", () -> component.control("a").isEmpty());
        assertThat(journal.holders("a")).containsExactly("tracker", null);
    }

    @Test
    void aSourceThatFloodsIsHeldToItsShareAndTheOthersFeelNothing() {
        Source flooding = new Source();
        Source calm = new Source();
        component.addSource(flooding, named("flooding"));
        component.addSource(calm, named("calm"));
        CameraUpdate update = move("flooded");
        long from = System.nanoTime();
        int pushed = 0;
        for (; pushed < 200_000; pushed++) {
            Outcome outcome = flooding.sink.push(update).now(null);
            if (pushed % 2_000 == 0) {
                assertThat(calm.sink.push(move("calm")).now(null).accepted()).isTrue();
            }
            assertThat(outcome.accepted() || ((Outcome.Refused) outcome).reason() == Outcome.Reason.LIMIT)
                    .isTrue();
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        SourceState state = state("flooding");
        assertThat(state.accepted()).isBetween(10_000L, (long) (10_000 * (1 + seconds)) + 1);
        assertThat(state.accepted() + state.refused()).isEqualTo(pushed);
        assertThat(state.limited()).isEqualTo(state.refused());
        assertThat(state("calm"))
                .extracting(SourceState::accepted, SourceState::refused)
                .containsExactly(100L, 0L);
    }

    @Test
    void aSourceThatMakesAndRemovesCamerasWithoutEndIsHeldToItsShareToo() {
        Source source = new Source();
        component.addSource(source, named("tracker"));
        for (int i = 0; i < 50_000; i++) {
            source.sink.push(move("a"));
            source.sink.remove("a");
        }
        assertThat(state("tracker").limited()).isPositive();
    }

    @Test
    void aSourceThatSendsNonsenseHurtsNobody() {
        List<SourceHealth> nonsense = new ArrayList<>();
        nonsense.add(null);
        nonsense.add(new SourceHealth(null, "what?"));
        nonsense.add(new SourceHealth(SourceHealth.Status.OK, null));
        Source bad = new Source() {
            @Override
            public Map<String, Long> counters() {
                Map<String, Long> counters = new HashMap<>();
                counters.put("none", null);
                return counters;
            }
        };
        Source good = new Source();
        component.addSource(bad, named("bad"));
        component.addSource(good, named("good"));
        assertThatThrownBy(() -> bad.sink.push(null)).isInstanceOf(NullPointerException.class);
        assertThat(bad.sink.remove("").now(null).accepted()).isFalse();
        for (SourceHealth health : nonsense) {
            bad.health = SourceHealth.OK;
            untilHealth("bad", SourceHealth.Status.OK);
            bad.health = health;
            untilHealth("bad", SourceHealth.Status.FAILED);
            assertThat(state("bad").health().message()).isEqualTo("it tells no health");
        }
        bad.health = SourceHealth.stale("\n".repeat(10_000));
        untilHealth("bad", SourceHealth.Status.STALE);
        assertThat(state("bad").health().message()).isEqualTo(" ".repeat(500) + "...");
        assertThat(state("bad").counters()).isEmpty();
        assertThat(good.sink.push(move("a")).now(null).accepted()).isTrue();
    }

    @Test
    void aSourceThatDoesNotAnswerLosesItsCamerasAndKeepsNobodyWaiting() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Source stuck = new Source() {
            @Override
            public SourceHealth health() {
                asked.countDown();
                for (boolean waiting = true; waiting; ) {
                    try {
                        waiting = !answer.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        // it does not care
                        continue;
                    }
                }
                return SourceHealth.OK;
            }
        };
        Source other = new Source();
        component.addSource(stuck, named("stuck"));
        component.addSource(other, named("other"));
        stuck.sink.push(move("a"));
        other.sink.push(move("b"));
        until("the question", () -> asked.getCount() == 0);
        untilHealth("stuck", SourceHealth.Status.FAILED);
        until("a free camera", () -> component.control("a").isEmpty());
        other.health = new SourceHealth(SourceHealth.Status.STALE, "so it is");
        untilHealth("other", SourceHealth.Status.STALE);
        until("the other camera is free, too", () -> component.control("b").isEmpty());
        other.health = SourceHealth.OK;
        untilHealth("other", SourceHealth.Status.OK);
        assertThat(component.control("b")).isEmpty();
        answer.countDown();
        untilHealth("stuck", SourceHealth.Status.OK);
    }

    @Test
    void aSourceThatStandsStillLosesItsCameraWithItsLeaseAndTheNextOneGetsIt() {
        component.modified(properties(400, 100));
        Source still = new Source();
        Source next = new Source();
        component.addSource(still, named("still"));
        component.addSource(next, named("next"));
        still.sink.push(move("a"));
        until("the end of the lease", () -> next.sink.push(move("a")).now(null).accepted());
        assertThat(component.camera("a").orElseThrow())
                .extracting(CameraState::source, CameraState::cut)
                .containsExactly("next", true);
        assertThat(state("still").cameras()).isEmpty();
        until(
                "a moment of its lease",
                () -> next.sink.push(move("a")).now(null).accepted()
                        && state("next").cameras().equals(List.of("a")));
    }

    @Test
    void aSourceTakesItsCameraAwayForGood() {
        Source source = new Source();
        component.addSource(source, named("tracker"));
        source.sink.push(move("a"));
        assertThat(source.sink.remove("a").now(null).accepted()).isTrue();
        assertThat(component.cameras()).isEmpty();
    }

    @Test
    void whenTheBridgeGoesItsHoldersStayForTheNextOne() throws InterruptedException {
        Source source = new Source();
        component.addSource(source, named("tracker"));
        source.sink.push(move("a"));
        component.deactivate();
        component.removeSource(source);
        assertThat(source.calls).contains("disconnected");
        assertThat(journal.holders("a")).containsExactly("tracker");
    }

    @Test
    void aBadConfigurationIsRefusedAndTheOneBeforeItStays() {
        component.modified(properties(401, 5_000));
        assertThat(component.maxCameras()).isEqualTo(400);
        component.modified(properties(10, 99));
        assertThat(component.maxCameras()).isEqualTo(400);
        component.modified(properties(10, 100));
        assertThat(component.maxCameras()).isEqualTo(10);
        assertThatThrownBy(() -> Settings.of(config(0, 100))).hasMessage("maxCameras must lie in [1, 400], not 0");
    }

    @Test
    void aJournalThatGoesWhileAnotherIsThereIsNotMissed() {
        FakeJournal next = new FakeJournal("next");
        component.update(new Driver("wall", Optional.of("s"), 10), move("a"));
        component.setJournal(next);
        component.unsetJournal(journal);
        assertThat(next.camera("a")).isPresent();
        assertThat(component
                        .update(new Driver("wall", Optional.of("s"), 10), move("a"))
                        .now(null)
                        .accepted())
                .isTrue();
        component.unsetJournal(next);
        assertThat(component
                        .update(new Driver("wall", Optional.of("s"), 10), move("a"))
                        .now(null)
                        .accepted())
                .isFalse();
    }

    // ---- sources that go

    private Source left(String id, String camera) {
        Source source = new Source();
        component.addSource(source, named(id));
        source.sink.push(move(camera));
        component.removeSource(source);
        return source;
    }

    private void later(long seconds) {
        clock.passMillis(1_000L * seconds);
        component.tick();
    }

    @Test
    void camerasOfASourceThatIsGoneForGoodGoAfterAWhile() {
        component.setJournal(journal);
        left("spinner", "a");
        later(9);
        assertThat(component.camera("a")).isPresent();
        later(2);
        assertThat(component.camera("a")).isEmpty();
        assertThat(component.control("a")).isEmpty();
    }

    @Test
    void camerasOfABundleThatIsBeingReplacedStay() {
        component.setJournal(journal);
        running = false;
        left("spinner", "a");
        later(60);
        running = true;
        later(1);
        assertThat(component.camera("a")).as("its bundle has only just started").isPresent();
        Source next = new Source();
        component.addSource(next, named("spinner"));
        later(60);
        assertThat(component.camera("a")).isPresent();
    }

    @Test
    void whatARenamedSourceDrivesOnStaysAndTheRestGoes() {
        component.setJournal(journal);
        Source source = new Source();
        component.addSource(source, named("old"));
        source.sink.push(move("a"));
        source.sink.push(move("b"));
        component.updatedSource(source, named("new"));
        source.sink.push(move("a"));
        later(11);
        assertThat(component.camera("a")).isPresent();
        assertThat(component.camera("b")).isEmpty();
        source.sink.push(move("b"));
        assertThat(component.camera("b"))
                .as("a source that pushes again brings it back")
                .isPresent();
    }

    @Test
    void aCameraThatSomebodyHoldsGoesWhenItIsGivenBack() {
        component.setJournal(journal);
        Driver person = new Driver("wall", java.util.Optional.of("s-1"), 10);
        Source source = new Source();
        component.addSource(source, named("spinner"));
        source.sink.push(move("a"));
        component.update(person, move("a"));
        component.removeSource(source);
        for (int i = 0; i < 3; i++) {
            later(4);
            component.update(person, move("a"));
        }
        assertThat(component.camera("a")).isPresent();
        component.release(person, "a");
        later(1);
        assertThat(component.camera("a")).isEmpty();
    }
}
