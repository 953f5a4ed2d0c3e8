package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.geometryos.compositor.protocol.ServerMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerClockTest {
    private static final long INTERVAL_MICROS = 5_000_000;
    /** What the server's clock is ahead of ours, microseconds. */
    private static final long AHEAD = 1_000;

    private long wall = 1_763_734_779_000_000L;
    private long steady = 7;
    private final ServerClock clock = clock(INTERVAL_MICROS * 1_000);

    private ServerClock clock(long intervalNanos) {
        return new ServerClock(intervalNanos, false, () -> wall, () -> steady);
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
        stands(200, 3);
        assertThat(clock.now()).isCloseTo(wall + AHEAD, within(2L));
    }

    private void stands(long roundTrip, int samples) {
        assertThat(clock.estimate()).hasValueSatisfying(known -> {
            assertThat(known.offset()).isCloseTo(AHEAD, within(2L));
            assertThat(known.roundTrip()).isCloseTo(roundTrip, within(2L));
            assertThat(known.bound()).isCloseTo(roundTrip / 2, within(2L));
            assertThat(known.samples()).isEqualTo(samples);
        });
    }

    @Test
    void aMemberOfAWallMeasuresMoreOftenWhereTheWayIsLong() {
        ServerClock member = new ServerClock(0, true, () -> wall, () -> steady);
        for (long[] pace : new long[][] {{5_000, 125_000}, {3_000, 250_000}, {1_000, 1_000_000}}) {
            member.welcomed();
            for (int i = 0; i < 8; i++) {
                assertThat(member.due()).isTrue();
                measure(member, pace[0]);
            }
            member.ping();
            pass(pace[1] - 1);
            assertThat(member.due()).as("round trip %d", pace[0]).isFalse();
            pass(1);
            assertThat(member.due()).as("round trip %d", pace[0]).isTrue();
        }
    }

    @Test
    void whereTheWayIsShortAMemberMeasuresAsOftenAsItsReportsAreWanted() {
        ServerClock member = new ServerClock(0, true, () -> wall, () -> steady);
        member.welcomed();
        for (int i = 0; i < 8; i++) {
            measure(member, 600);
        }
        long t0 = member.ping();
        member.pong(new ServerMessage.Pong(Optional.empty(), t0, wall, wall, OptionalLong.of(5_000)));
        assertThat(member.reportEvery()).isEqualTo(5_000_000_000L);
        member.ping();
        pass(4_999_999);
        assertThat(member.due()).isFalse();
        pass(1);
        assertThat(member.due()).isTrue();
        member.pong(new ServerMessage.Pong(Optional.empty(), 0, wall, wall, OptionalLong.of(Long.MAX_VALUE)));
        assertThat(member.reportEvery()).isEqualTo(60_000_000_000L);
        member.welcomed();
        assertThat(member.reportEvery()).isEqualTo(1_000_000_000L);
    }

    /** As the JavaScript client's test does it. */
    @ParameterizedTest
    @CsvSource({"2, 4", "5, 25", "3.6, 6.4", "8, 60"})
    void theClockFollowsOneThatDriftsOverWaysThatScatter(double median, double p99) {
        Random random = new Random(7);
        ClockFilter filter = new ClockFilter();
        double worst = 0;
        double second = 1_000_000;
        long interval = 125_000;
        for (double t = 100 * second; t < 220 * second; t += interval) {
            double there = t + way(random, median, p99);
            double back = there + way(random, median, p99);
            ClockEstimate known = filter.add(
                            Math.round(local(t)), Math.round(there), Math.round(there), Math.round(local(back)))
                    .orElseThrow();
            interval = known.roundTrip() > 4_000 ? 125_000 : known.roundTrip() > 2_000 ? 250_000 : 1_000_000;
            if (t > 140 * second) {
                worst = Math.max(worst, Math.abs(known.at(Math.round(local(back))) - back));
            }
        }
        assertThat(worst).isLessThan(1_500);
    }

    private static double local(double server) {
        return server * (1 + 50e-6) - 8_000_000;
    }

    /** What a message takes, microseconds. */
    private static double way(Random random, double median, double p99) {
        return 1_000 * median * Math.exp(Math.log(p99 / median) / 2.326 * random.nextGaussian());
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
        stands(200, 1);
    }
}
