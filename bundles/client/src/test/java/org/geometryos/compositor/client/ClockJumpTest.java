package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockJumpTest {
    private long wall = 1_700_000_000_000_000L;
    private long steady = 42;
    private final ClockJump jump = new ClockJump(() -> wall, () -> steady);

    private void pass(long wallMicros, long steadyMicros) {
        wall += wallMicros;
        steady += steadyMicros * 1_000;
    }

    @Test
    void timeThatPassesIsNoJumpNorIsSteering() {
        for (int second = 0; second < 10_000; second++) {
            pass(1_000_500, 1_000_000);
            assertThat(jump.jumped()).isFalse();
        }
    }

    @Test
    void aSleepAndASetClockAreOneEach() {
        pass(20_000_000, 1_000);
        assertThat(jump.jumped()).isTrue();
        assertThat(jump.jumped()).isFalse();
        pass(-3_600_000_000L, 1_000);
        assertThat(jump.jumped()).isTrue();
        pass(1_000_000, 1_000_000);
        assertThat(jump.jumped()).isFalse();
    }
}
