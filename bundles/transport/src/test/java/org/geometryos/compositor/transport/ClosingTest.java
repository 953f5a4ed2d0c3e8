package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private static final long NOW = 1_000;

    private final Closing closing = new Closing();

    @Test
    void nothingIsOverBeforeItBegins() {
        assertThat(closing.over(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void aCloseHasTenSeconds() {
        closing.begins(NOW);
        assertThat(closing.over(NOW + Closing.LIMIT)).isFalse();
        assertThat(closing.over(NOW + Closing.LIMIT + 1)).isTrue();
    }

    @Test
    void lingeringHasItsOwnTime() {
        closing.begins(NOW);
        closing.begins(NOW + Closing.LIMIT);
        assertThat(closing.over(NOW + Closing.LIMIT + 1)).isFalse();
    }

    @Test
    void whatIsEvictedHasOneSecondForEachStep() {
        closing.hurries();
        closing.begins(NOW);
        assertThat(closing.over(NOW + Closing.EVICTION_LIMIT)).isFalse();
        assertThat(closing.over(NOW + Closing.EVICTION_LIMIT + 1)).isTrue();
    }

    @Test
    void oneThatIsClosingAlreadyIsHurried() {
        closing.begins(NOW);
        closing.hurries();
        closing.begins(NOW);
        assertThat(closing.over(NOW + Closing.EVICTION_LIMIT + 1)).isTrue();
    }

    @Test
    void aDeadlineThatFallsOnZeroIsOne() {
        closing.begins(-Closing.LIMIT);
        assertThat(closing.over(2)).isTrue();
    }

    @Test
    void aCloseFrameOfThePeerIsNotYetItsClose() {
        closing.peerCloses();
        assertThat(closing.peerClosed()).isTrue();
        assertThat(closing.begunByPeer()).isFalse();
        closing.isThePeers();
        assertThat(closing.begunByPeer()).isTrue();
    }

    @Test
    void aReasonIsCutBetweenCharacters() {
        assertThat(Closing.cut(null)).isNull();
        assertThat(Closing.cut("a".repeat(123))).hasSize(123);
        assertThat(Closing.cut("a".repeat(124))).isEqualTo("a".repeat(123));
        // two bytes each
        assertThat(Closing.cut("\u00e4".repeat(100))).isEqualTo("\u00e4".repeat(61));
        // four bytes and two chars each: no half of a pair is left
        String cut = Closing.cut("a".repeat(122) + "\ud83d\ude00");
        assertThat(cut).isEqualTo("a".repeat(122));
        assertThat(Closing.cut("\ud83d\ude00".repeat(40)).getBytes(StandardCharsets.UTF_8).length)
                .isEqualTo(120);
    }
}
