package org.geometryos.compositor.camera;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.geometryos.compositor.api.camera.CameraSink;
import org.geometryos.compositor.api.camera.CameraSource;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.SourceHealth;
import org.geometryos.compositor.api.camera.SourceState;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.journal.Change;
import org.junit.jupiter.api.Test;

class BridgeTest {
    private static final Driver RECORDING = new Driver("tour", Optional.empty(), 0);
    private static final Driver WALL = new Driver("wall", Optional.of("s-1"), 10);
    private static final Driver DESK = new Driver("desk", Optional.of("s-2"), 10);

    private final AtomicLong now = new AtomicLong(-1);
    private final ListJournal journal = new ListJournal();
    private final Bridge bridge = bridge(2);

    private Bridge bridge(int cameras) {
        Bridge made = new Bridge(new Settings(cameras, TimeUnit.SECONDS.toNanos(5)), now::get);
        made.journal(journal);
        return made;
    }

    private void pass(double seconds) {
        now.addAndGet((long) (seconds * 1e9));
    }

    private static CameraUpdate view(String camera) {
        return new CameraUpdate(camera, new View2d(1, 2, 3, 0));
    }

    private static Outcome.Reason refusal(Outcome outcome) {
        return ((Outcome.Refused) outcome).reason();
    }

    private List<String> control() {
        List<String> holders = new ArrayList<>();
        journal.changes.forEach(change -> {
            if (change instanceof Change.ControlChanged c) {
                holders.add(c.state().camera() + "=" + c.state().holder().orElse("nobody"));
            }
        });
        return holders;
    }

    @Test
    void updateOfAFreeCameraTakesItAndBecomesItsNumber() {
        Outcome outcome = bridge.update(WALL, view("a").withSample(7).withTime(3));
        assertThat(outcome).isEqualTo(new Outcome.Accepted(OptionalLong.of(2)));
        assertThat(control()).containsExactly("a=wall");
        CameraState state = bridge.camera("a").orElseThrow();
        assertThat(state.time()).isEqualTo(3);
        assertThat(state.sample()).hasValue(7);
        assertThat(state.source()).isEqualTo("wall");
        assertThat(state.origin()).hasValue("s-1");
        assertThat(state.received()).isPositive();
    }

    @Test
    void sampleTimeIsTheReceptionWhereTheSourceGaveNone() {
        bridge.update(RECORDING, view("a"));
        CameraState state = bridge.camera("a").orElseThrow();
        assertThat(state.time()).isEqualTo(state.received());
        assertThat(state.origin()).isEmpty();
    }

    @Test
    void equalPriorityIsHeldAndNothingOfTheLoserIsInTheSequence() {
        bridge.update(WALL, view("a"));
        int before = journal.changes.size();
        Outcome outcome = bridge.update(DESK, view("a"));
        assertThat(refusal(outcome)).isEqualTo(Outcome.Reason.HELD);
        assertThat(((Outcome.Refused) outcome).message()).contains("\"a\"").contains("\"wall\"");
        assertThat(bridge.take(DESK, "a")).isInstanceOf(Outcome.Refused.class);
        assertThat(bridge.release(DESK, "a")).isInstanceOf(Outcome.Refused.class);
        assertThat(journal.changes).hasSize(before);
    }

    @Test
    void higherPriorityTakesOverAndTheLowerOneIsBackWhenTheLeaseIsOver() {
        bridge.update(RECORDING, view("a"));
        assertThat(bridge.update(WALL, view("a")).accepted()).isTrue();
        assertThat(refusal(bridge.update(RECORDING, view("a")))).isEqualTo(Outcome.Reason.HELD);
        pass(4.9);
        assertThat(refusal(bridge.update(RECORDING, view("a")))).isEqualTo(Outcome.Reason.HELD);
        pass(0.2);
        assertThat(bridge.update(RECORDING, view("a")).accepted()).isTrue();
        assertThat(control()).containsExactly("a=tour", "a=wall", "a=tour");
    }

    @Test
    void leaseIsRenewedByUpdatesAndByTake() {
        bridge.update(WALL, view("a"));
        for (int i = 0; i < 3; i++) {
            pass(4);
            assertThat(i % 2 == 0 ? bridge.take(WALL, "a") : bridge.update(WALL, view("a"))).matches(Outcome::accepted);
            assertThat(refusal(bridge.update(DESK, view("a")))).isEqualTo(Outcome.Reason.HELD);
        }
        assertThat(control()).containsExactly("a=wall");
    }

    @Test
    void leaseThatIsOverFreesTheCameraOnce() {
        bridge.take(WALL, "not-yet-there");
        bridge.expire();
        assertThat(control()).containsExactly("not-yet-there=wall");
        pass(5.1);
        bridge.expire();
        bridge.expire();
        assertThat(control()).containsExactly("not-yet-there=wall", "not-yet-there=nobody");
        assertThat(bridge.control("not-yet-there")).isEmpty();
    }

    @Test
    void releaseFreesAndOfAFreeCameraSaysNothing() {
        bridge.update(WALL, view("a"));
        assertThat(bridge.release(WALL, "a")).isEqualTo(new Outcome.Accepted(OptionalLong.of(3)));
        assertThat(bridge.release(WALL, "a")).isEqualTo(new Outcome.Accepted(OptionalLong.empty()));
        bridge.update(WALL, view("a"));
        bridge.take(WALL, "b");
        bridge.releaseAll(new Driver("wall", Optional.of("s-1"), 0));
        assertThat(control()).endsWith("a=nobody", "b=nobody").hasSize(6);
    }

    @Test
    void oneCameraTooManyIsRefused() {
        bridge.update(WALL, view("a"));
        bridge.update(WALL, view("b"));
        assertThat(refusal(bridge.update(WALL, view("c")))).isEqualTo(Outcome.Reason.LIMIT);
        assertThat(bridge.update(WALL, view("a")).accepted()).isTrue();
        bridge.remove("b");
        assertThat(bridge.update(WALL, view("c")).accepted()).isTrue();
    }

    @Test
    void removedCameraIsGoneWithItsHolder() {
        bridge.update(WALL, view("a"));
        assertThat(bridge.remove("a").accepted()).isTrue();
        assertThat(refusal(bridge.remove("a"))).isEqualTo(Outcome.Reason.NOT_FOUND);
        assertThat(bridge.cameras()).isEmpty();
        assertThat(control()).containsExactly("a=wall", "a=nobody");
        assertThat(journal.changes.get(journal.changes.size() - 1)).isEqualTo(new Change.CameraRemoved("a"));
    }

    @Test
    void withoutAJournalEveryUpdateIsRefusedVisibly() {
        bridge.journalGone(journal);
        assertThat(refusal(bridge.update(WALL, view("a")))).isEqualTo(Outcome.Reason.UNAVAILABLE);
        assertThat(refusal(bridge.take(WALL, "a"))).isEqualTo(Outcome.Reason.UNAVAILABLE);
    }

    @Test
    void newJournalIsToldOfCamerasThatStandStill() {
        bridge.update(WALL, view("a"));
        ListJournal next = new ListJournal();
        bridge.journal(next);
        assertThat(next.camera("a")).isPresent();
        assertThat(next.control("a")).isPresent();
        bridge.journal(next);
        assertThat(next.changes).as("once").hasSize(2);
    }

    @Test
    void nextBridgeTakesViewsAndHoldersFromTheJournal() {
        bridge.update(WALL, view("a"));
        Bridge next = bridge(2);
        assertThat(next.camera("a")).isPresent();
        assertThat(refusal(next.update(DESK, view("a")))).isEqualTo(Outcome.Reason.HELD);
        assertThat(refusal(next.update(RECORDING, view("a")))).isEqualTo(Outcome.Reason.HELD);
        assertThat(next.update(WALL, view("a")).accepted()).isTrue();
        assertThat(control()).containsExactly("a=wall");
    }

    @Test
    void bridgeLeftAsideDoesNotFreeWhatTheOtherOneRenews() {
        bridge.update(WALL, view("a"));
        Bridge next = bridge(2);
        pass(4);
        next.update(WALL, view("a"));
        pass(2);
        bridge.expire();
        assertThat(control()).containsExactly("a=wall");
    }

    @Test
    void sourceIsCountedAndItsSinkClosesWithIt() {
        List<CameraSink> sinks = new ArrayList<>();
        SourceSlot slot = new SourceSlot(new CameraSource() {
            @Override
            public void connected(CameraSink sink) {
                sinks.add(sink);
                throw new IllegalStateException("a source of little faith");
            }

            @Override
            public void disconnected(CameraSink sink) {
                throw new IllegalStateException("again");
            }

            @Override
            public SourceHealth health() {
                throw new IllegalStateException("and again");
            }
        }, "bad", 3, bridge);
        slot.connect();
        CameraSink sink = sinks.get(0);
        assertThat(sink.push(view("a").withTime((System.currentTimeMillis() + 5000) * 1000)).accepted()).isTrue();
        bridge.update(WALL, view("a"));
        assertThat(refusal(sink.push(view("a")))).isEqualTo(Outcome.Reason.HELD);
        slot.disconnect();
        assertThat(refusal(sink.push(view("a")))).isEqualTo(Outcome.Reason.UNAVAILABLE);
        SourceState state = slot.state();
        assertThat(state.accepted()).isEqualTo(1);
        assertThat(state.ahead()).isEqualTo(1);
        assertThat(state.refused()).isEqualTo(2);
        assertThat(state.priority()).isEqualTo(3);
        assertThat(state.health().status()).isEqualTo(SourceHealth.Status.FAILED);
    }
}
