package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SentUpdatesTest {
    private final SentUpdates updates = new SentUpdates(Form.JSON);

    private static ByteBuffer camera(long time, long sample) {
        return ByteBuffer.wrap(LoadLoop.camera(3, time, sample).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void theLatencyOfAnUpdateIsFromItsSendingToItsArrival() throws Frames.FrameException {
        long first = updates.sent(1_000_000);
        long second = updates.sent(2_000_000);
        assertThat(second).isEqualTo(first + 1);
        assertThat(updates.arrived(camera(1, second), 2_500_000)).isEqualTo(2);
        assertThat(updates.arrived(camera(1, first), 2_600_000)).isEqualTo(1);
        assertThat(updates.latency.count()).isEqualTo(2);
        assertThat(updates.latency.greatest()).isBetween(1_600L, 1_620L);
        updates.begin();
        assertThat(updates.latency.count()).isZero();
        assertThat(updates.count()).isEqualTo(2);
    }

    @Test
    void whatWasNeverSentCannotArrive() {
        long only = updates.sent(1);
        assertThatThrownBy(() -> updates.arrived(camera(1, only + 1), 2))
                .isInstanceOf(Frames.FrameException.class)
                .hasMessageContaining("was never sent");
        assertThatThrownBy(() -> updates.arrived(ByteBuffer.wrap("{}".getBytes(StandardCharsets.US_ASCII)), 2))
                .isInstanceOf(Frames.FrameException.class)
                .hasMessageContaining("without \"sample\":");
    }

    @Test
    void anUpdateOfATrackerIsKnownByItsTime() throws Frames.FrameException {
        long now = System.nanoTime();
        updates.arrivedByTime(camera(updates.micros(now) - 700, 1), now);
        assertThat(updates.latency.greatest()).isBetween(700L, 710L);
    }

    @Test
    void noMoreAreSentInASecondThanABridgeTakes() {
        for (int i = 0; i < 15_000; i++) {
            assertThat(updates.allowed(i)).isTrue();
            updates.sent(i);
        }
        assertThat(updates.allowed(999_999_999)).isFalse();
        assertThat(updates.allowed(1_000_000_000)).isTrue();
        updates.sent(1_000_000_000);
        assertThat(updates.allowed(1_000_000_000)).isFalse();
    }
}
