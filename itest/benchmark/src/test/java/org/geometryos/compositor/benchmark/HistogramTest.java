package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HistogramTest {
    private final Histogram histogram = new Histogram();

    @Test
    void smallValuesAreExact() {
        for (int i = 1; i <= 100; i++) {
            histogram.add(i);
        }
        assertThat(histogram.count()).isEqualTo(100);
        assertThat(histogram.quantile(0.5)).isEqualTo(50);
        assertThat(histogram.quantile(0.99)).isEqualTo(99);
        assertThat(histogram.quantile(0.999)).isEqualTo(100);
        assertThat(histogram.quantile(1)).isEqualTo(100);
        assertThat(histogram.greatest()).isEqualTo(100);
    }

    @Test
    void quantilesOfAnyValuesAreTooGreatByLessThanOnePercent() {
        long[] values = new Random(4711)
                .longs(20_000, 0, 1L << 40)
                .map(value -> value >>> (value & 31))
                .sorted()
                .toArray();
        LongStream.of(values).forEach(histogram::add);
        for (double part : new double[] {0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1}) {
            long exact = values[(int) Math.ceil(part * values.length) - 1];
            assertThat(histogram.quantile(part)).as("quantile %s", part).isBetween(exact, exact + exact / 127 + 1);
        }
    }

    @Test
    void theGreatestAndTheLeastPossibleValueHaveAPlace() {
        histogram.add(Long.MAX_VALUE);
        histogram.add(-5);
        assertThat(histogram.quantile(0.5)).isZero();
        assertThat(histogram.quantile(1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void nothingCountedIsZero() {
        histogram.add(7);
        histogram.clear();
        assertThat(histogram.count()).isZero();
        assertThat(histogram.quantile(0.99)).isZero();
        assertThat(histogram.greatest()).isZero();
    }
}
