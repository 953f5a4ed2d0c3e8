package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static final long PERIOD = 1_000_000;

    private final Rounds<Integer> rounds = new Rounds<>();
    private final List<Integer> taken = new ArrayList<>();

    private void fill(int count) {
        rounds.every(PERIOD, 0);
        for (int i = 0; i < count; i++) {
            rounds.add(i);
        }
    }

    @Test
    void eachOneHasOneTurnInAPeriod() {
        fill(4);
        for (long now = 0; now < 3 * PERIOD; now += PERIOD / 10) {
            rounds.turn(now, taken::add);
        }
        assertThat(taken).hasSize(12);
        for (int i = 0; i < 4; i++) {
            assertThat(taken.stream().filter(List.of(i)::contains)).hasSize(3);
        }
    }

    @Test
    void turnsAreEven() {
        fill(10);
        for (int tenth = 0; tenth < 10; tenth++) {
            rounds.turn(tenth * PERIOD / 10, taken::add);
            assertThat(taken).hasSize(tenth + 1);
        }
    }

    @Test
    void whatWasMissedForLongIsLeftOut() {
        fill(4);
        rounds.turn(100 * PERIOD, taken::add);
        assertThat(taken).hasSize(5);
    }

    @Test
    void aPeriodIsLongerThanNothing() {
        assertThatThrownBy(() -> rounds.every(0, 0)).hasMessageContaining("a period of 0 ns");
    }
}
