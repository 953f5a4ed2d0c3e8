package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {

    @Test
    void anOpenLoopKeepsItsTimesWhateverArrives() {
        // the clock may begin anywhere, also just below where it turns over
        Pace.Open pace = new Pace.Open(1, 50, Long.MAX_VALUE - 10);
        assertThat(pace.due(0, 0, Long.MAX_VALUE - 10)).isTrue();
        assertThat(pace.due(1, 0, Long.MAX_VALUE - 10 + 19_999_999)).isFalse();
        assertThat(pace.due(1, 0, Long.MAX_VALUE - 10 + 20_000_000)).isTrue();
        assertThat(pace.due(50, 0, Long.MAX_VALUE - 10 + 1_000_000_000)).isTrue();
        assertThat(pace.due(51, 51, Long.MAX_VALUE - 10 + 1_000_000_000)).isFalse();
    }

    @Test
    void aClosedLoopHasNeverMoreOnTheWayThanItMay() {
        Pace pace = new Pace.Closed(1, 3);
        assertThat(pace.due(2, 0, 1_000_000)).isTrue();
        assertThat(pace.due(3, 0, 1_000_000)).isFalse();
        assertThat(pace.due(3, 1, 1_000_000)).isTrue();
    }

    @Test
    void probesAreSpreadAndTheLastDisplayIsOne() {
        Batch batch = new Batch(Batch.Kind.DISPLAY, 10, 3, "/", List.of("hello #"), 1, 1);
        assertThat(IntStream.range(0, 10).filter(batch::probe).boxed().toList())
                .hasSize(3)
                .contains(9);
        assertThat(IntStream.range(0, 10)
                        .filter(new Batch(Batch.Kind.DISPLAY, 10, 10, "/", List.of(), 1, 1)::probe)
                        .count())
                .isEqualTo(10);
        assertThat(IntStream.range(0, 10)
                        .filter(new Batch(Batch.Kind.DISPLAY, 10, 0, "/", List.of(), 1, 1)::probe)
                        .count())
                .isZero();
        assertThat(batch.greeting(0, 12)).isEqualTo("hello 12");
    }
}
