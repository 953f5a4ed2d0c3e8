package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LagTest {
    private static final long SECOND = 1_000_000_000;

    private final Lag lag = new Lag();

    @Test
    void oneThatFollowsIsNotBehindHoweverFastTheJournalGrows() {
        for (int second = 0; second < 20; second++) {
            assertThat(lag.look("e", 1_000 + 600L * second, 600L * second + 900, second * SECOND))
                    .isEmpty();
        }
    }

    @Test
    void oneThatStandsIsToldWithTheTimeAndWellWhenItHasCaughtUp() {
        assertThat(lag.look("e", 100, 90, 0)).isEmpty();
        assertThat(lag.look("e", 200, 99, 2 * SECOND)).isEmpty();
        assertThat(lag.look("e", 300, 99, 3 * SECOND)).contains(3L);
        assertThat(lag.look("e", 400, 99, 60 * SECOND)).contains(60L);
        assertThat(lag.look("e", 500, 100, 61 * SECOND)).isEmpty();
        assertThat(lag.look("e", 500, 100, 63 * SECOND)).isEmpty();
        assertThat(lag.look("e", 500, 100, 64 * SECOND)).contains(3L);
    }

    @Test
    void whereNothingIsNewNobodyIsBehind() {
        assertThat(lag.look("e", 100, 100, 0)).isEmpty();
        assertThat(lag.look("e", 100, 100, 60 * SECOND)).isEmpty();
    }

    @Test
    void aNewJournalCountsAnew() {
        assertThat(lag.look("old", 100, 0, 0)).isEmpty();
        assertThat(lag.look("new", 100, 0, 10 * SECOND)).isEmpty();
        assertThat(lag.look("new", 100, 0, 13 * SECOND)).contains(3L);
    }

    @Test
    void textDoesNotChangeEachSecond() {
        assertThat(Lag.roughly(3)).isEqualTo(Lag.roughly(9)).isEqualTo("some seconds");
        assertThat(Lag.roughly(10)).isEqualTo(Lag.roughly(59)).isEqualTo("10 s or more");
        assertThat(Lag.roughly(60)).isEqualTo(Lag.roughly(599)).isEqualTo("a minute or more");
        assertThat(Lag.roughly(600)).isEqualTo(Lag.roughly(100_000)).isEqualTo("10 minutes or more");
    }
}
