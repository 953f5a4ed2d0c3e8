package org.geometryos.compositor.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The schedule of the protocol, "Writing a client". */
class BackoffTest {
    private static final OptionalLong NONE = OptionalLong.empty();
    private double random = 0.5;
    private long now = -1_000_000_000L;
    private final Backoff backoff = new Backoff(() -> random, () -> now);

    /** Loses the connection, and lets the time pass that comes before the next attempt. */
    private long lost(int code, OptionalLong goodbye) {
        long wait = backoff.lost(code, goodbye).orElse(-1);
        now += wait * 1_000_000;
        return wait;
    }

    @Test
    void afterARestartItComesAtOnceThenQuicklyForThreeSecondsThenEverSlower() {
        assertThat(lost(1012, NONE)).isEqualTo(50);
        int quick = 0;
        long wait;
        while ((wait = lost(1006, NONE)) == 150) {
            quick++;
        }
        assertThat(quick).isEqualTo(20);
        assertThat(wait).isEqualTo(500);
        assertThat(lost(1006, NONE)).isEqualTo(1_000);
        assertThat(lost(1006, NONE)).isEqualTo(2_000);
        assertThat(lost(1006, NONE)).isEqualTo(4_000);
        assertThat(lost(1006, NONE)).isEqualTo(8_000);
        assertThat(lost(1006, NONE)).isEqualTo(16_000);
        for (int i = 0; i < 100; i++) {
            assertThat(lost(1006, NONE)).isEqualTo(30_000);
        }
    }

    @Test
    void otherwiseItBeginsSlowly() {
        for (int code : new int[] {1001, 1005, 1006, 1011, 4408, 4429, 4503}) {
            backoff.welcomed();
            assertThat(lost(code, NONE)).isEqualTo(500);
            assertThat(lost(code, NONE)).isEqualTo(1_000);
        }
    }

    @Test
    void aGoodbyeSaysWhen() {
        assertThat(lost(4503, OptionalLong.of(2_000))).isEqualTo(2_050);
        assertThat(lost(1006, NONE)).isEqualTo(150);
        now += 3_000_000_000L;
        assertThat(lost(1006, NONE)).isEqualTo(500);
        assertThat(lost(1006, NONE)).isEqualTo(1_000);
        assertThat(lost(4503, OptionalLong.of(700)))
                .as("again, before a welcome")
                .isEqualTo(750);
        assertThat(lost(1006, NONE)).as("the series goes on").isEqualTo(2_000);
    }

    @Test
    void aWelcomeBeginsAnew() {
        lost(1006, NONE);
        lost(1006, NONE);
        backoff.welcomed();
        assertThat(lost(1006, NONE)).isEqualTo(500);
        backoff.welcomed();
        assertThat(lost(1012, NONE)).isEqualTo(50);
    }

    @Test
    void waitsVaryByHalf() {
        random = 0;
        assertThat(lost(1012, NONE)).isEqualTo(0);
        assertThat(lost(1006, NONE)).isEqualTo(75);
        random = 1;
        assertThat(lost(1006, NONE)).isEqualTo(225);
        backoff.welcomed();
        assertThat(lost(1012, NONE)).isEqualTo(100);
        backoff.welcomed();
        assertThat(lost(1006, NONE)).isEqualTo(750);
        random = 0;
        assertThat(lost(1006, NONE)).isEqualTo(500);
    }

    @Test
    void someCodesAreTheEnd() {
        for (int code : new int[] {1000, 1003, 1007, 1009, 4400, 4401, 4403, 4409}) {
            assertThat(backoff.lost(code, OptionalLong.of(10))).isEmpty();
        }
    }
}
