package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.geometryos.compositor.protocol.ServerMessage;
import org.junit.jupiter.api.Test;

class ServerClockTest {
    private static final long INTERVAL_MICROS = 5_000_000;
    /** What the server's clock is ahead of ours, microseconds. */
    private static final long AHEAD = 1_000;

    private long wall = 1_763_734_779_000_000L;
    private long steady = 7;
    private final ServerClock clock = clock(INTERVAL_MICROS * 1_000);

    private ServerClock clock(long intervalNanos) {
        return new ServerClock(intervalNanos, () -> wall, () -> steady);
    }

    private void pass(long micros) {
        wall += micros;
        steady += micros * 1_000;
    }

    private void measure(ServerClock by, long roundTrip) {
        long t0 = by.ping();
        pass(roundTrip);
        long server = t0 + roundTrip / 2 + AHEAD;
        by.pong(new ServerMessage.Pong(Optional.empty(), t0, server, server));
    }

    @Test
    void theShortestRoundTripSaysHowTheClocksStand() {
        assertThat(clock.estimate()).isEmpty();
        clock.welcomed();
        measure(clock, 900);
        measure(clock, 200);
        measure(clock, 5_000);
        assertThat(clock.estimate()).hasValue(new ClockEstimate(AHEAD, 200, 3));
    }

    @Test
    void aFewQuickOnesAndThenOneEachInterval() {
        clock.welcomed();
        int quick = 0;
        while (clock.due()) {
            clock.ping();
            quick++;
        }
        assertThat(quick).isEqualTo(8);
        pass(INTERVAL_MICROS - 1);
        assertThat(clock.due()).isFalse();
        pass(1);
        assertThat(clock.due()).isTrue();
        clock.ping();
        assertThat(clock.due()).isFalse();
    }

    @Test
    void withoutIntervalNothingIsMeasured() {
        ServerClock never = clock(0);
        never.welcomed();
        assertThat(never.due()).isFalse();
    }

    @Test
    void ofAPongToAnEarlierPingNothingIsTaken() {
        clock.welcomed();
        long t0 = clock.ping();
        pass(100);
        clock.ping();
        clock.pong(new ServerMessage.Pong(Optional.empty(), t0, t0, t0));
        assertThat(clock.estimate()).isEmpty();
    }

    @Test
    void aJumpOfOurClockForgetsAllAndMeasuresAnew() {
        clock.welcomed();
        long under = clock.ping();
        pass(100);
        clock.pong(new ServerMessage.Pong(Optional.empty(), under, under + 50, under + 50));
        long open = clock.ping();
        wall += 3_600_000_000L;
        clock.watch();
        assertThat(clock.estimate()).isEmpty();
        clock.pong(new ServerMessage.Pong(Optional.empty(), open, open, open));
        assertThat(clock.estimate()).as("a measurement across the jump").isEmpty();
        assertThat(clock.due()).isTrue();
        measure(clock, 200);
        assertThat(clock.estimate()).hasValue(new ClockEstimate(AHEAD, 200, 1));
    }
}
