package org.geometryos.compositor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;

class UnrecordedPartTest {
    private final AtomicLong now = new AtomicLong();
    private final UnrecordedPart part = new UnrecordedPart(null, now::get);

    private List<Health.Problem> lasting(boolean there, Object enabled) {
        part.problems(there, Optional.ofNullable(enabled));
        now.addAndGet(TimeUnit.SECONDS.toNanos(5));
        return part.problems(there, Optional.ofNullable(enabled));
    }

    @Test
    void recorderThatIsAwayAndSwitchedOnIsDown() {
        for (Object enabled : List.of(true, "true", " True ")) {
            assertThat(lasting(false, enabled)).singleElement().satisfies(problem -> {
                assertThat(problem.level()).isEqualTo(Health.Level.DOWN);
                assertThat(problem.text()).contains("nothing is recorded", "org.geometryos.compositor.recorder");
            });
        }
    }

    @Test
    void recorderThatIsThereOrSwitchedOffIsNoProblem() {
        assertThat(lasting(true, true)).isEmpty();
        assertThat(lasting(false, false)).isEmpty();
        assertThat(lasting(false, null)).isEmpty();
    }

    @Test
    void recorderThatIsReplacedIsNoProblem() {
        assertThat(part.problems(false, Optional.of(true))).isEmpty();
        now.addAndGet(TimeUnit.SECONDS.toNanos(3));
        assertThat(part.problems(false, Optional.of(true))).isEmpty();
        assertThat(part.problems(true, Optional.of(true))).isEmpty();
    }
}
