package org.geometryos.compositor.rings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LimitsTest {

    @Test
    void whatIsInRangeIsTaken() {
        assertThat(RingJournal.Limits.of(65_536, 1L << 32)).isEqualTo(new RingJournal.Limits(65_536, 1L << 32));
    }

    @Test
    void byThemselvesTheyAreAtMostAnEighthOfTheHeap() {
        RingJournal.Limits limits = RingJournal.Limits.of(0, 0);
        assertThat(limits.camera()).isBetween(65_536L, 48L << 20);
        assertThat(limits.ordered()).isBetween(65_536L, 8L << 20);
        assertThat(limits.camera() + limits.ordered())
                .isLessThanOrEqualTo(Runtime.getRuntime().maxMemory() / 8);
    }

    @Test
    void whatIsNotIsRefusedByNameAndRule() {
        assertThatThrownBy(() -> RingJournal.Limits.of(65_535, 1L << 20))
                .hasMessage("cameraBytes must be 0 or lie in [65536, 4294967296], not 65535");
        assertThatThrownBy(() -> RingJournal.Limits.of(1L << 20, (1L << 32) + 1))
                .hasMessageStartingWith("orderedBytes");
    }
}
