package org.geometryos.compositor.api.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DurationsTest {
    private final Durations durations = new Durations();

    private long count(long bound) {
        return durations.counts()[Arrays.binarySearch(Durations.bounds(), bound)];
    }

    @Test
    void boundsGoFromTenMicrosecondsToTenSeconds() {
        assertThat(Durations.bounds()).hasSize(37).isSorted().doesNotHaveDuplicates();
        assertThat(Durations.bounds())
                .startsWith(10_000, 15_000, 20_000, 30_000, 50_000, 70_000, 100_000)
                .endsWith(7_000_000_000L, 10_000_000_000L);
    }

    @Test
    void aDurationCountsBelowTheNextBound() {
        durations.record(15_001, 1);
        durations.record(20_000, 3);
        durations.record(20_001, 1);
        assertThat(count(20_000)).isEqualTo(4);
        assertThat(count(30_000)).isEqualTo(1);
        assertThat(durations.totalNanos()).isEqualTo(15_001 + 3 * 20_000 + 20_001);
    }

    @Test
    void theEndsTakeWhatLiesBeyondThem() {
        durations.record(-5, 2);
        durations.record(0, 1);
        durations.record(10_000_000_001L, 7);
        durations.record(Long.MAX_VALUE, 1);
        assertThat(count(10_000)).isEqualTo(3);
        assertThat(durations.counts()[Durations.bounds().length]).isEqualTo(8);
        assertThat(Arrays.stream(durations.counts()).sum()).isEqualTo(11);
    }
}
