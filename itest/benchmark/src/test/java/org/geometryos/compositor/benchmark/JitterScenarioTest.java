package org.geometryos.compositor.benchmark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class JitterScenarioTest {
    private static final double PERIOD = 1e9 / 60;

    @Test
    void packetsOfAnEvenGridAreOnTimeWhateverIsMissing() {
        long[] arrivals = LongStream.of(0, 1, 2, 5, 6, 9)
                .map(n -> 7_000_000 + Math.round(n * PERIOD))
                .toArray();
        assertArrayEquals(new double[6], JitterScenario.offGrid(arrivals), 1e-3);
    }

    @Test
    void oneThatIsLateIsOffByThatMuchAlsoIfItIsTheFirst() {
        long[] arrivals =
                LongStream.range(0, 9).map(n -> Math.round(n * PERIOD)).toArray();
        arrivals[0] += 2_000_000;
        arrivals[4] += 500_000;
        double[] expected = new double[9];
        expected[7] = 500;
        expected[8] = 2_000;
        assertArrayEquals(expected, JitterScenario.offGrid(arrivals), 1e-3);
    }
}
