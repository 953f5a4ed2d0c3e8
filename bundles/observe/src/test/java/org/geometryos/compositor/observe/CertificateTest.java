package org.geometryos.compositor.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;

class CertificateTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = FROM.plus(90, ChronoUnit.DAYS);

    private static List<Health.Problem> on(Instant now) {
        return Certificate.judge(FROM, UNTIL, now, 14);
    }

    private static List<Health.Problem> before(int days) {
        return on(UNTIL.minus(days, ChronoUnit.DAYS));
    }

    @Test
    void itIsWellUntilFourteenDaysBeforeItsEnd() {
        assertThat(on(FROM)).isEmpty();
        assertThat(before(14)).isEmpty();
    }

    @Test
    void theDaysThatAreLeftAreTold() {
        assertThat(before(13))
                .containsExactly(new Health.Problem(
                        Health.Level.WARNING, "the certificate of HTTPS ends in 13 days, at 2026-04-01T00:00:00Z"));
        assertThat(before(1).get(0).text()).contains("in 1 day,");
        assertThat(before(0).get(0).level()).isEqualTo(Health.Level.WARNING);
    }

    @Test
    void oneThatIsOverOrNotYetGoodIsDown() {
        assertThat(on(UNTIL.plusSeconds(1)))
                .containsExactly(new Health.Problem(
                        Health.Level.DOWN,
                        "the certificate of HTTPS has expired: it was good until 2026-04-01T00:00:00Z"));
        assertThat(on(FROM.minusSeconds(1)).get(0).text()).contains("is not good yet");
    }
}
