package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReceiptsTest {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private long now = 1_000_000;
    private final Receipts receipts = new Receipts() {
        @Override
        long nanos() {
            return now;
        }
    };

    /** @return the time of the ping */
    private long ping() {
        receipts.pinged(now);
        return now;
    }

    @Test
    void theReceiptTellsTheRoundTrip() {
        long ping = ping();
        assertThat(receipts.awaits(ping)).isTrue();
        now += 7 * MILLISECOND;
        assertThat(receipts.arrived(ping)).isTrue();
        assertThat(receipts.roundTrip()).isEqualTo(7 * MILLISECOND);
        assertThat(receipts.awaits(ping)).isFalse();
        assertThat(receipts.arrived(ping)).as("a second time").isFalse();
    }

    @Test
    void aRoundTripIsNeverZeroOnceMeasured() {
        assertThat(receipts.roundTrip()).isZero();
        assertThat(receipts.arrived(ping())).isTrue();
        assertThat(receipts.roundTrip()).isEqualTo(1);
    }

    @Test
    void nothingIsAwaitedBeforeThereIsAPing() {
        receipts.pinged(0);
        assertThat(receipts.awaits(0)).isFalse();
        assertThat(receipts.arrived(now)).isFalse();
        now += TimeUnit.HOURS.toNanos(1);
        assertThat(receipts.overdue()).isFalse();
    }

    @Test
    void thePingUnderWayIsWaitedForAndNotOnesAfterIt() {
        long first = ping();
        now += MILLISECOND;
        long second = ping();
        assertThat(receipts.awaits(first)).isTrue();
        assertThat(receipts.awaits(second)).isFalse();
    }

    @Test
    void oneForALaterPingVouchesForTheEarlierOnes() {
        ping();
        now += MILLISECOND;
        long second = ping();
        now += MILLISECOND;
        assertThat(receipts.arrived(second)).isTrue();
        assertThat(receipts.roundTrip()).isEqualTo(MILLISECOND);
        now += TimeUnit.HOURS.toNanos(1);
        assertThat(receipts.overdue()).isFalse();
    }

    @Test
    void oneOfTheTimeBeforeThePingIsNone() {
        long first = ping();
        assertThat(receipts.arrived(first)).isTrue();
        now += MILLISECOND;
        ping();
        assertThat(receipts.arrived(first)).isFalse();
        assertThat(receipts.arrived(first + 1)).isFalse();
    }

    @Test
    void oneOfTheFutureIsNone() {
        ping();
        assertThat(receipts.arrived(now + 1)).isFalse();
        assertThat(receipts.arrived(Long.MAX_VALUE)).isFalse();
        assertThat(receipts.arrived(Long.MIN_VALUE)).isFalse();
    }

    @Test
    void aReceiptIsOverdueAfterHalfASecond() {
        ping();
        now += Receipts.ARRIVAL_LIMIT;
        assertThat(receipts.overdue()).isFalse();
        now++;
        assertThat(receipts.overdue()).isTrue();
    }

    @Test
    void onAFarConnectionItIsOverdueAfterTwoRoundTrips() {
        long first = ping();
        now += Receipts.ARRIVAL_LIMIT;
        assertThat(receipts.arrived(first)).isTrue();
        ping();
        now += 2 * Receipts.ARRIVAL_LIMIT;
        assertThat(receipts.overdue()).isFalse();
        now++;
        assertThat(receipts.overdue()).isTrue();
    }

    @Test
    void timesMayOverflow() {
        now = Long.MAX_VALUE - 1;
        long ping = ping();
        now += 10;
        assertThat(receipts.overdue()).isFalse();
        assertThat(receipts.arrived(ping)).isTrue();
        assertThat(receipts.roundTrip()).isEqualTo(10);
    }

    @Test
    void aTokenIsNeverZero() {
        assertThat(Since.of(0)).isEqualTo(1);
        assertThat(Since.of(-1)).isEqualTo(-1);
        assertThat(Receipts.token()).isNotZero();
    }
}
