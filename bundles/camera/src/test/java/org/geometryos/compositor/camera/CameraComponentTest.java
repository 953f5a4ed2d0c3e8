package org.geometryos.compositor.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.camera.SourceState;
import org.geometryos.compositor.api.camera.View2d;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CameraComponentTest {
    private final ListJournal journal = new ListJournal();
    private final CameraComponent component = new CameraComponent(config(400, 5_000));

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
    }

    private static Map<String, Object> named(Object id) {
        return Map.of(CameraSource.ID, id);
    }

    private static CameraUpdate move(String camera) {
        return new CameraUpdate(camera, new View2d(1, 2, 1, 0));
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
        assertThat(source.sink.push(move("a")).accepted()).isTrue();
        assertThat(journal.holders("a")).containsExactly("tracker");
        assertThat(component.camera("a").orElseThrow().source()).isEqualTo("tracker");
        assertThat(component.camera("a").orElseThrow().origin()).isEmpty();
        assertThat(component.sources()).containsExactly(new SourceState("tracker", 0, SourceHealth.OK, 1, 0, 0));
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
        assertThat(source.sink.push(move("a"))).isInstanceOfSatisfying(Outcome.Refused.class,
                r -> assertThat(r.reason()).isEqualTo(Outcome.Reason.UNAVAILABLE));
        assertThat(source.sink.remove("a").accepted()).isFalse();
    }

    @Test
    void twoSourcesOfOneNameShareWhatTheyHoldUntilTheLastOneLeaves() {
        Source old = new Source();
        Source next = new Source();
        component.addSource(old, named("tracker"));
        component.addSource(next, named("tracker"));
        assertThat(old.sink.push(move("a")).accepted()).isTrue();
        assertThat(next.sink.push(move("a")).accepted()).isTrue();
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
        };
        Source good = new Source();
        component.addSource(bad, named("bad"));
        component.addSource(good, named("good"));
        component.tick();
        assertThat(good.sink.push(move("a")).accepted()).isTrue();
        assertThat(component.sources()).extracting(s -> s.health().status()).containsExactly(SourceHealth.Status.FAILED, SourceHealth.Status.OK);
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
        assertThat(component.sources()).containsExactly(new SourceState("tracker", 0, SourceHealth.OK, 2, 1, 1));
        assertThat(component.camera("a").orElseThrow().time()).as("passed on").isEqualTo(now + 60_000_000);
    }

    @Test
    void aSourcesPriorityCountsAndCanChange() {
        Source low = new Source();
        Source high = new Source();
        component.addSource(low, named("low"));
        component.addSource(high, Map.of(CameraSource.ID, "high", CameraSource.PRIORITY, 5));
        low.sink.push(move("a"));
        assertThat(high.sink.push(move("a")).accepted()).isTrue();
        component.updatedSource(low, Map.of(CameraSource.ID, "low", CameraSource.PRIORITY, 9));
        assertThat(low.calls).containsExactly("connected");
        assertThat(low.sink.push(move("a")).accepted()).isTrue();
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
        assertThat(source.sink.push(move("a")).accepted()).isTrue();
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
        component.tick();
        // the component's own clock may have noticed first and be at it
        for (long until = System.nanoTime() + 10_000_000_000L; component.control("a").isPresent() && System.nanoTime() < until;) {
            Thread.onSpinWait();
        }
        assertThat(journal.holders("a")).containsExactly("tracker", null);
    }

    @Test
    void aSourceTakesItsCameraAwayForGood() {
        Source source = new Source();
        component.addSource(source, named("tracker"));
        source.sink.push(move("a"));
        assertThat(source.sink.remove("a").accepted()).isTrue();
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
        component.modified(config(401, 5_000));
        assertThat(component.maxCameras()).isEqualTo(400);
        component.modified(config(10, 99));
        assertThat(component.maxCameras()).isEqualTo(400);
        component.modified(config(10, 100));
        assertThat(component.maxCameras()).isEqualTo(10);
        assertThatThrownBy(() -> Settings.of(config(0, 100))).hasMessage("maxCameras must lie in [1, 400], not 0");
    }

    @Test
    void aJournalThatGoesWhileAnotherIsThereIsNotMissed() {
        ListJournal next = new ListJournal();
        component.update(new Driver("wall", Optional.of("s"), 10), move("a"));
        component.setJournal(next);
        component.unsetJournal(journal);
        assertThat(next.camera("a")).isPresent();
        assertThat(component.update(new Driver("wall", Optional.of("s"), 10), move("a")).accepted()).isTrue();
        component.unsetJournal(next);
        assertThat(component.update(new Driver("wall", Optional.of("s"), 10), move("a")).accepted()).isFalse();
    }
}
