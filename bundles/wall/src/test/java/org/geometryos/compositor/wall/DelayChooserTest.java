package org.geometryos.compositor.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.geometryos.compositor.api.wall.Delay;
import org.geometryos.compositor.api.wall.DelayChange;
import org.geometryos.compositor.api.wall.WallDeclaration;
import org.junit.jupiter.api.Test;

class DelayChooserTest {
    private static final long NOW = 1_000_000_000;
    private static final List<DelayChange> HUNDRED = List.of(DelayChange.at(10, 100_000));

    @Test
    void firstDelayHoldsAtOnce() {
        assertThat(choose(declared(Map.of()), List.of(), OptionalDouble.empty(), false))
                .contains(DelayChange.at(NOW, 100_000));
        assertThat(choose(declared(Map.of("minDelay", 150)), List.of(), OptionalDouble.of(5_000), true))
                .contains(DelayChange.at(NOW, 150_000));
        assertThat(choose(declared(Map.of("maxDelay", 40)), List.of(), OptionalDouble.empty(), true))
                .contains(DelayChange.at(NOW, 40_000));
        assertThat(choose(declared(Map.of("delay", 250)), List.of(), OptionalDouble.empty(), true))
                .contains(DelayChange.at(NOW, 250_000));
    }

    @Test
    void longerDelayIsAnnouncedAhead() {
        DelayChange change = choose(declared(Map.of()), HUNDRED, OptionalDouble.of(119_400), false)
                .orElseThrow();

        assertThat(change.from()).isEqualTo(NOW + 500_000);
        assertThat(change.value()).isEqualTo(100_000);
        assertThat(change.to()).isEqualTo(120_000);
        assertThat(change.until() - change.from()).isEqualTo((long) Math.ceil(20_000 / 0.007));
    }

    @Test
    void largeChangeIsOverInTime() {
        DelayChange change = choose(declared(Map.of()), HUNDRED, OptionalDouble.of(350_000), true)
                .orElseThrow();

        assertThat(change.until() - change.from()).isEqualTo(6_000_000);
        DelayChange back = choose(
                        declared(Map.of()), List.of(DelayChange.at(10, 350_000)), OptionalDouble.of(100_000), true)
                .orElseThrow();
        assertThat(back.until() - back.from()).isEqualTo(9_000_000);
    }

    @Test
    void noChangeIsSteeperThanFivePercent() {
        DelayChange change = choose(declared(Map.of("delay", 2000)), HUNDRED, OptionalDouble.empty(), true)
                .orElseThrow();

        assertThat(change.to()).isEqualTo(2_000_000);
        assertThat((double) (change.to() - change.value()) / (change.until() - change.from()))
                .isLessThanOrEqualTo(0.05)
                .isCloseTo(0.05, within(1e-6));
    }

    @Test
    void shorterDelayMustBeWorthIt() {
        assertThat(choose(declared(Map.of()), HUNDRED, OptionalDouble.of(86_000), true))
                .isEmpty();
        assertThat(choose(declared(Map.of()), HUNDRED, OptionalDouble.of(84_000), true))
                .map(DelayChange::to)
                .contains(84_000L);
        List<DelayChange> twenty = List.of(DelayChange.at(10, 20_000));
        assertThat(choose(declared(Map.of()), twenty, OptionalDouble.of(11_000), true))
                .isEmpty();
        assertThat(choose(declared(Map.of()), twenty, OptionalDouble.of(10_000), true))
                .isPresent();
    }

    @Test
    void delayBecomesShorterOnlyWhenAllAreHeard() {
        assertThat(choose(declared(Map.of()), HUNDRED, OptionalDouble.of(20_000), false))
                .isEmpty();
        assertThat(choose(declared(Map.of()), HUNDRED, OptionalDouble.empty(), true))
                .isEmpty();
    }

    @Test
    void otherBoundsHoldAtOnce() {
        assertThat(choose(declared(Map.of("maxDelay", 95)), HUNDRED, OptionalDouble.empty(), false))
                .map(DelayChange::to)
                .contains(95_000L);
        assertThat(choose(declared(Map.of("minDelay", 105)), HUNDRED, OptionalDouble.of(1_000), true))
                .map(DelayChange::to)
                .contains(105_000L);
        assertThat(choose(declared(Map.of("delay", 99)), HUNDRED, OptionalDouble.of(1_000), true))
                .map(DelayChange::to)
                .contains(99_000L);
    }

    @Test
    void changeUnderWayIsLeftAloneWhileItSuffices() {
        List<DelayChange> under = List.of(new DelayChange(NOW - 1_000_000, 100_000, NOW + 8_000_000, 200_000));

        assertThat(choose(declared(Map.of()), under, OptionalDouble.of(199_500), true))
                .isEmpty();
        DelayChange more = choose(declared(Map.of()), under, OptionalDouble.of(230_000), true)
                .orElseThrow();
        assertThat((double) more.value()).isCloseTo(Delay.at(under, more.from()), within(1.0));
    }

    @Test
    void delayIsOneLineHoweverOftenItChanges() {
        List<DelayChange> changes = List.of();
        long now = NOW;
        double last = -1;
        Random random = new Random(7);
        for (long t = NOW; t < NOW + 120_000_000L; t += 10_000) {
            if ((t - NOW) % 1_000_000 == 0) {
                OptionalDouble needed = OptionalDouble.of(10_000 + random.nextInt(380_000));
                Optional<DelayChange> change = DelayChooser.choose(declared(Map.of()), changes, needed, true, t);
                if (change.isPresent()) {
                    changes = Delay.with(changes, change.get(), t);
                }
            }
            double delay = Delay.at(changes, t);
            if (last >= 0) {
                assertThat(Math.abs(delay - last)).as("at %d", t - now).isLessThanOrEqualTo(500 + 1);
            }
            last = delay;
            assertThat(changes).hasSizeLessThanOrEqualTo(Delay.MAX_CHANGES);
        }
    }

    private static Optional<DelayChange> choose(
            WallDeclaration declared, List<DelayChange> changes, OptionalDouble needed, boolean heard) {
        return DelayChooser.choose(declared, changes, needed, heard, NOW);
    }

    static WallDeclaration declared(Map<String, Object> values) {
        Map<String, Object> all = new HashMap<>(values);
        all.putIfAbsent("width", 4000);
        all.putIfAbsent("height", 2000);
        return WallDeclaration.ofRadians("main", all);
    }
}
