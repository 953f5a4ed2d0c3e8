package org.geometryos.compositor.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.geometryos.compositor.api.recording.RecorderStatus;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;

class RecordingProblemsTest {
    private final RecordingProblems problems = new RecordingProblems();

    private Health at(long now, long behind, long missed, String problem) {
        return problems.of(
                new RecorderStatus(
                        true, "/data/r.db", Optional.of("e"), 0, behind, 0, missed, 0, Optional.ofNullable(problem)),
                now);
    }

    @Test
    void aFaultIsDownAndNamesTheFile() {
        assertThat(at(0, 0, 0, null).problems()).isEmpty();
        assertThat(at(1, 0, 0, "disk\nfull").problems())
                .containsExactly(
                        new Health.Problem(Health.Level.DOWN, "nothing is recorded into /data/r.db: disk full"));
        assertThat(at(2, 0, 0, null).problems()).isEmpty();
    }

    @Test
    void onesThatWaitAreAWarningWhenTheyAreMany() {
        assertThat(at(0, RecordingProblems.BEHIND, 0, null).problems()).isEmpty();
        assertThat(at(0, RecordingProblems.BEHIND + 1, 0, null)
                        .problems()
                        .get(0)
                        .text())
                .contains("falls behind", "20001");
    }

    @Test
    void onesThatWereMissedAreRememberedForTenMinutes() {
        assertThat(at(5, 0, 3, null).problems().get(0).text()).contains("3 entries were gone");
        assertThat(at(5 + RecordingProblems.REMEMBERED_NANOS, 0, 3, null).problems())
                .isEmpty();
        assertThat(at(6 + RecordingProblems.REMEMBERED_NANOS, 0, 4, null).problems())
                .hasSize(1);
    }
}
