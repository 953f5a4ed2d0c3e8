package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IdleFramesTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = -5;
    private final IdleFrames frames = new IdleFrames(now);

    private long send(int count) {
        long owed = 0;
        for (int i = 0; i < count; i++) {
            owed = frames.count(now);
        }
        return owed;
    }

    @Test
    void whatIsWithinTheBudgetIsFree() {
        for (int i = 0; i < 100; i++) {
            assertThat(send(IdleFrames.A_SECOND / 10)).isZero();
            now += SECOND / 10;
        }
    }

    @Test
    void whatIsBeyondItIsOwed() {
        assertThat(send(IdleFrames.A_SECOND / 2)).isZero();
        assertThat(send(1)).isEqualTo(SECOND / 2 + SECOND / IdleFrames.A_SECOND);
        assertThat(send(2 * IdleFrames.A_SECOND)).isGreaterThan(2 * SECOND);
        now += 3 * SECOND;
        assertThat(send(1)).isZero();
    }

    @Test
    void thereIsAMostThatIsOwed() {
        assertThat(send(100 * IdleFrames.A_SECOND)).isEqualTo(IdleFrames.MOST);
    }
}
