package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

class PulseTest {
    private static final long PERIOD = 500;

    @Test
    void theFirstTimeIsDueAtOnceAndTheOthersAreNeverMoreThanAPeriodApart() {
        for (long start : new long[] {0, 12_345, -7, Long.MAX_VALUE - 600}) {
            for (int number = 0; number < 20; number++) {
                List<Long> times = times(new Pulse(PERIOD, start, number), start, 5_000);
                assertThat(times.get(0)).isEqualTo(start);
                assertThat(times).hasSizeBetween(10, 12);
                for (int i = 1; i < times.size(); i++) {
                    assertThat(times.get(i) - times.get(i - 1)).isBetween(1L, PERIOD);
                }
            }
        }
    }

    @Test
    void aHundredThatBeganTogetherAreSpreadOverThePeriod() {
        int[] perTenth = new int[10];
        for (int number = 0; number < 100; number++) {
            long time = times(new Pulse(PERIOD, 1000, number), 1000, 2_000).get(3);
            perTenth[(int) (time % PERIOD * 10 / PERIOD)]++;
        }
        assertThat(IntStream.of(perTenth).boxed()).allSatisfy(n -> assertThat(n).isBetween(9, 11));
    }

    @Test
    void afterAPauseEachIsDueAtOnceAndThenAtItsOwnTimeAgain() {
        Pulse pulse = new Pulse(PERIOD, 0, 1);
        long own = times(pulse, 0, 1_000).get(1);
        assertThat(pulse.due(10_000_123)).isTrue();
        assertThat(times(pulse, 10_000_123, 1_000).get(0) % PERIOD).isEqualTo(own % PERIOD);
    }

    private static List<Long> times(Pulse pulse, long from, long span) {
        List<Long> times = new ArrayList<>();
        for (long t = 0; t < span; t++) {
            if (pulse.due(from + t)) {
                times.add(from + t);
            }
        }
        return times;
    }
}
