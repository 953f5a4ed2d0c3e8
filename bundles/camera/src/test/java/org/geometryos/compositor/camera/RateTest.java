package org.geometryos.compositor.camera;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RateTest {
    private static final long SECOND = 1_000_000_000;

    private static int taken(Rate rate, long now, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            if (rate.take(now, 100)) {
                taken++;
            }
        }
        return taken;
    }

    @Test
    void aBurstOfOneSecondAndThenSoManyASecond() {
        long now = Long.MAX_VALUE - SECOND / 2;
        Rate rate = new Rate(now);
        assertThat(taken(rate, now, 1_000)).isEqualTo(100);
        for (int i = 0; i < 10; i++) {
            now += SECOND / 10;
            assertThat(taken(rate, now, 1_000)).isEqualTo(10);
        }
        now += 60 * SECOND;
        assertThat(taken(rate, now, 1_000)).as("what was not used is not kept").isEqualTo(100);
    }

    @Test
    void whoKeepsTheRateIsNeverRefused() {
        Rate rate = new Rate(0);
        for (long now = 0; now < 60 * SECOND; now += SECOND / 100) {
            assertThat(rate.take(now, 100)).isTrue();
        }
    }
}
