package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepTest {
    private final Sweep<Integer> sweep = new Sweep<>();
    private final List<Integer> looked = new ArrayList<>();
    private long now = 1_000_000_000;

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            sweep.add(i);
        }
        assertThat(sweep.turn(now, looked::add)).isNotNull();
        looked.clear();
    }

    private boolean turn() {
        return sweep.turn(now, looked::add);
    }

    @Test
    void nobodyIsNeverDue() {
        assertThat(sweep.isEmpty()).isTrue();
        assertThat(turn()).isFalse();
    }

    @Test
    void eachOneIsLookedAtOnceInARound() {
        fill(4);
        // of the first turn, which has everybody due
        int last = 4 * Sweep.SLICE;
        for (int i = 0; i < last; i++) {
            now += Sweep.NANOS / 4;
            turn();
        }
        assertThat(looked).hasSize(last);
        for (int i = 1; i < looked.size(); i++) {
            assertThat(looked.get(i)).isEqualTo((looked.get(i - 1) + 1) % 4);
        }
    }

    @Test
    void manyAreDueAFewAtATime() {
        fill(2_000);
        now += 100 * Sweep.NANOS_EACH;
        int turns = 0;
        while (turn()) {
            turns++;
            assertThat(looked).hasSizeLessThanOrEqualTo((turns + 1) * Sweep.SLICE);
        }
        assertThat(looked).hasSizeGreaterThanOrEqualTo(100);
    }

    @Test
    void whatFellBehindIsNotMadeUpFor() {
        fill(3);
        now += 1_000 * Sweep.NANOS;
        while (turn()) {
            // the rest of it
        }
        assertThat(looked).hasSize(3);
    }
}
