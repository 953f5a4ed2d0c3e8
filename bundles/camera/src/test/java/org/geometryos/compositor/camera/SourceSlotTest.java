package org.geometryos.compositor.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.testkit.FakeJournal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A source and what becomes of its word, with a clock that the test moves. */
class SourceSlotTest {
    private long millis = 1_700_000_000_000L;
    private final CameraArbiter arbiter = new CameraArbiter(
            new Settings(3, TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(60), 1_000, true, Map.of()),
            () -> millis * 1_000_000,
            () -> millis * 1_000);
    private final Tracker tracker = new Tracker();
    private final SourceSlot slot =
            new SourceSlot(tracker, "tracker", -1, 0, arbiter, () -> millis * 1_000_000, () -> millis * 1_000);

    private static final class Tracker implements CameraSource {
        private SourceHealth health = SourceHealth.stale("no packet has come yet");
        private Runnable meanwhile = () -> {};
        private CameraSink sink;

        @Override
        public void connected(CameraSink given) {
            sink = given;
        }

        @Override
        public void disconnected(CameraSink given) {}

        @Override
        public SourceHealth health() {
            SourceHealth answer = health;
            meanwhile.run();
            return answer;
        }
    }

    @BeforeEach
    void connect() {
        arbiter.setJournal(new FakeJournal("first"));
        slot.connect();
    }

    private void push() {
        assertThat(tracker.sink
                        .push(new CameraUpdate("a", new View2d(1, 2, 1, 0)))
                        .now(null)
                        .accepted())
                .isTrue();
    }

    @Test
    void whatASourceSaidBeforeItDroveACameraDoesNotMakeItIll() {
        tracker.meanwhile = this::push;
        slot.ask();
        assertThat(slot.fellIll()).isFalse();
        millis += 50;
        push();
        assertThat(slot.fellIll()).isFalse();

        tracker.meanwhile = () -> {};
        millis += 100;
        slot.ask();
        assertThat(slot.fellIll())
                .as("it says so although it has not driven since")
                .isTrue();
        assertThat(slot.fellIll()).as("it is ill already").isFalse();
    }

    @Test
    void oneThatIsWellAgainCanFallIllAgain() {
        slot.ask();
        assertThat(slot.fellIll()).isTrue();
        tracker.health = SourceHealth.OK;
        millis += 100;
        slot.ask();
        assertThat(slot.fellIll()).isFalse();
        tracker.health = SourceHealth.failed("gone");
        millis += 100;
        slot.ask();
        assertThat(slot.fellIll()).isTrue();
    }
}
