package org.geometryos.compositor.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.geometryos.compositor.api.camera.CameraState;
import org.geometryos.compositor.api.camera.CameraUpdate;
import org.geometryos.compositor.api.camera.Driver;
import org.geometryos.compositor.api.camera.Outcome;
import org.geometryos.compositor.api.camera.View2d;
import org.geometryos.compositor.api.control.CameraBridge;
import org.geometryos.compositor.api.journal.Change;
import org.geometryos.compositor.api.journal.Entry;
import org.geometryos.compositor.api.journal.Journal;
import org.geometryos.compositor.api.value.Answer;
import org.geometryos.compositor.api.value.Later;
import org.junit.jupiter.api.Test;

class InitialCamerasTest {
    private static final CameraUpdate A = new CameraUpdate("a", new View2d(1, 2, 3, 0));
    private static final CameraUpdate B = new CameraUpdate("b", new View2d(4, 5, 6, 0));

    private final InitialCameras initial = new InitialCameras();
    private final Sequence sequence = new Sequence("one");
    private final Bridge bridge = new Bridge();

    /** A sequence, as far as cameras are concerned. */
    private static final class Sequence {
        private final Map<String, Entry> cameras = new HashMap<>();
        private final Journal journal;

        Sequence(String epoch) {
            journal = (Journal) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {Journal.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "epoch" -> epoch;
                        case "camera" -> Optional.ofNullable(cameras.get(arguments[0]));
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
        }

        void put(Change change) {
            CameraState state = change.view().orElseThrow();
            cameras.put(state.camera(), new Entry(cameras.size() + 1, change));
        }
    }

    /** A bridge that appends to its sequence, or refuses. */
    private final class Bridge {
        private Sequence to = sequence;
        private Optional<Outcome> refusal = Optional.empty();
        private final List<Driver> drivers = new ArrayList<>();
        private final List<String> released = new ArrayList<>();

        @SuppressWarnings("unchecked")
        private final CameraBridge service = (CameraBridge) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {CameraBridge.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "update" ->
                        update((Driver) arguments[0], (CameraUpdate) arguments[1], (Journal) arguments[2], (Function<
                                        CameraState, Change>)
                                arguments[4]);
                    case "remove" -> {
                        to.cameras.remove(arguments[1]);
                        yield new Outcome.Accepted(OptionalLong.empty());
                    }
                    case "release" -> {
                        released.add((String) arguments[1]);
                        yield new Outcome.Accepted(OptionalLong.empty());
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });

        private Answer<Optional<Outcome>> update(
                Driver driver, CameraUpdate update, Journal in, Function<CameraState, Change> change) {
            if (refusal.isPresent()
                    || !in.epoch().equals(to.journal.epoch())
                    || to.cameras.containsKey(update.camera())) {
                return Later.of(refusal);
            }
            drivers.add(driver);
            to.put(change.apply(new CameraState(
                    update.camera(),
                    update.view(),
                    1,
                    1,
                    OptionalLong.empty(),
                    Optional.empty(),
                    driver.name(),
                    driver.session(),
                    false)));
            return Later.of(Optional.of(new Outcome.Accepted(OptionalLong.of(1))));
        }
    }

    private void look(Sequence at, CameraUpdate... cameras) {
        initial.look(List.of(cameras), bridge.service, at.journal);
    }

    @Test
    void whatIsNotThereIsMadeAndGivenBackAtOnce() {
        look(sequence, A, B);
        assertThat(sequence.cameras.get("a").change().view().orElseThrow().view())
                .isEqualTo(A.view());
        assertThat(sequence.cameras.get("b").change().view().orElseThrow().view())
                .isEqualTo(B.view());
        assertThat(bridge.released).containsExactly("a", "b");
        assertThat(bridge.drivers)
                .allSatisfy(driver ->
                        assertThat(driver.priority()).as("below everybody's").isEqualTo(Integer.MIN_VALUE));
    }

    @Test
    void whatIsThereIsLeftAlone() {
        sequence.put(new Change.CameraChanged(new CameraState(
                "a", B.view(), 1, 1, OptionalLong.empty(), Optional.empty(), "somebody", Optional.empty(), false)));
        look(sequence, A);
        assertThat(sequence.cameras.get("a").change().view().orElseThrow().source())
                .isEqualTo("somebody");
        assertThat(bridge.released).isEmpty();
    }

    @Test
    void whatIsRemovedStaysRemovedUntilANewSequenceOrItIsListedAnew() {
        look(sequence, A);
        sequence.cameras.clear();
        look(sequence, A);
        assertThat(sequence.cameras).isEmpty();

        Sequence next = new Sequence("two");
        bridge.to = next;
        look(next, A);
        assertThat(next.cameras).containsOnlyKeys("a");

        next.cameras.clear();
        look(next, B);
        look(next, A, B);
        assertThat(next.cameras).containsOnlyKeys("a", "b");
    }

    @Test
    void whatIsNotListedAnyMoreGoesUnlessItWasThereBefore() {
        sequence.put(new Change.CameraChanged(new CameraState(
                "b", B.view(), 1, 1, OptionalLong.empty(), Optional.empty(), "somebody", Optional.empty(), false)));
        look(sequence, A, B);
        look(sequence);
        assertThat(sequence.cameras).containsOnlyKeys("b");
        look(sequence, A);
        assertThat(sequence.cameras).containsOnlyKeys("a", "b");
    }

    @Test
    void whatIsRefusedIsTriedAgain() {
        for (Outcome.Reason reason : Outcome.Reason.values()) {
            bridge.refusal = Optional.of(new Outcome.Refused(reason, "not now"));
            look(sequence, A);
            assertThat(sequence.cameras).isEmpty();
        }
        bridge.refusal = Optional.empty();
        look(sequence, A);
        assertThat(sequence.cameras).containsOnlyKeys("a");
    }

    @Test
    void nothingGoesIntoTheSequenceBeforeThisOne() {
        Sequence next = new Sequence("two");
        look(next, A);
        assertThat(sequence.cameras)
                .as("the bridge has not taken up the next one yet")
                .isEmpty();
        bridge.to = next;
        look(next, A);
        assertThat(next.cameras).containsOnlyKeys("a");
    }
}
