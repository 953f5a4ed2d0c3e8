package org.geometryos.compositor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;

class LastingTest {
    private static final Health.Problem PROBLEM = new Health.Problem(Health.Level.DOWN, "it cannot resolve");

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 10);
    private final Lasting lasting = new Lasting(now::get);

    @Test
    void whatTheReplacementOfABundleMakesForAMomentIsNoProblem() {
        assertThat(lasting.of(List.of(PROBLEM))).isEmpty();
        now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        assertThat(lasting.of(List.of(PROBLEM))).isEmpty();
        assertThat(lasting.of(List.of())).isEmpty();
        now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        assertThat(lasting.of(List.of(PROBLEM))).isEmpty();
        now.addAndGet(TimeUnit.SECONDS.toNanos(5));
        assertThat(lasting.of(List.of(), List.of(PROBLEM))).containsExactly(PROBLEM);
    }
}
