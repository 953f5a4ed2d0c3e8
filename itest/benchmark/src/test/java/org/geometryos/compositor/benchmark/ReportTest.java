package org.geometryos.compositor.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Metric CPU = Metric.goal("CPU", "s", 1.2);
    private static final Metric TEXTS = Metric.fact("texts", "1/s");

    @Test
    void theMedianOfTheRatiosMeetsTheGoalOrMissesIt() {
        assertThat(report(List.of(CPU, TEXTS), 1.1, 1.2, 9.0).markdown("", List.of()))
                .contains("| CPU | s | 1.20 (1.10-9.00) | 1.00 |")
                .contains("| CPU | less | 1.20 (1.10-9.00) | <= 1.2: met |")
                .contains("| texts | 1/s | 1,000 | 1,000 |")
                .doesNotContain("| texts | less");
        assertThat(report(List.of(CPU, TEXTS), 1.1, 1.21, 9.0).markdown("", List.of()))
                .contains("**missed**");
    }

    @Test
    void aGoalIsToldAsItIs() {
        assertThat(report(List.of(Metric.goal("CPU", "s", 1.03)), 1.02).markdown("", List.of()))
                .contains("| CPU | less | 1.02 | <= 1.03: met |");
    }

    @Test
    void aLimitIsAboutTheFirstAlone() {
        Metric limit = Metric.limit("CPU", "s", 1.2);
        assertThat(report(List.of(limit), 1.1, 1.2, 9.0).markdown("", List.of()))
                .contains("Goal: CPU at most 1.2: met.");
        assertThat(report(List.of(limit), 1.1, 1.3, 9.0).markdown("", List.of()))
                .contains("Goal: CPU at most 1.2: **missed**.");
    }

    @Test
    void aFailedRunIsNamedAndItsRoundIsNotCompared() {
        Report whole = report(List.of(CPU), 1.0, 2.0, 3.0);
        List<Run> runs = new ArrayList<>(whole.runs());
        runs.set(2, new Run("ours", 2, Map.of(), List.of(), List.of(), 0.5, "it fell over"));
        Report report = with(whole, runs, List.of("third: not there"));
        assertThat(report.values(CPU, "ours")).containsExactly(1.0, 3.0);
        assertThat(report.ratio(CPU, "theirs")).contains(new Spread(2, 1, 3));
        assertThat(report.markdown("", List.of()))
                .contains("Failed: ours, round 2: it fell over.")
                .contains("Skipped: third: not there.");
    }

    @Test
    void whoFailedInAllRoundsIsNotMissingInSilence() {
        Report whole = report(List.of(CPU), 1.0);
        List<Run> runs =
                List.of(whole.runs().get(0), new Run("theirs", 1, Map.of(), List.of(), List.of(), 0.5, "no memory"));
        Report report = with(whole, runs, List.of());
        assertThat(report.ratio(CPU, "theirs")).isEmpty();
        assertThat(report.markdown("", List.of()))
                .contains("| CPU | s | 1.00 | failed |")
                .contains("| CPU | less | - | not measured |");
    }

    @Test
    void aReportDoesNotSayWhereTheProductLies() {
        assertThat(report(List.of(CPU), 1.0).json())
                .containsEntry("jvmOptions", List.of("-Xmx512m", "@compiler.options"));
    }

    @Test
    void findingsReplaceTheTablesAndPlotsFollow() {
        assertThat(report(List.of(CPU), 1.0).markdown("what follows", List.of("ratios")))
                .contains("\nwhat follows\n\n![test, ratios](performance/test-ratios.svg)\n")
                .doesNotContain("| CPU");
    }

    @Test
    void ratiosBecomeBarsWhereSomethingIsCompared() {
        assertThat(report(List.of(CPU, TEXTS), 1.0, 2.0).ratios())
                .hasValueSatisfying(svg -> assertThat(svg).contains("ours divided by each peer; less is better"));
        assertThat(report(List.of(TEXTS), 1.0).ratios()).isEmpty();
    }

    private static Report with(Report report, List<Run> runs, List<String> skipped) {
        return new Report(
                report.date(),
                report.machine(),
                report.jvmOptions(),
                report.scenario(),
                report.conditions(),
                report.metrics(),
                report.contenders(),
                skipped,
                runs);
    }

    private static Report report(List<Metric> metrics, double... ours) {
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < ours.length; i++) {
            runs.add(new Run("ours", i + 1, Map.of("CPU", ours[i], "texts", 1000.0), List.of(), List.of(), 0.5, ""));
            runs.add(new Run("theirs", i + 1, Map.of("CPU", 1.0, "texts", 1000.0), List.of(), List.of(), 0.5, ""));
        }
        return new Report(
                "2026-11-21",
                new Machine(2, "some processor", 1024, "Linux 6", "VM 17"),
                List.of("-Xmx512m", "@/home/me/compositor/lib/compiler.options"),
                "test",
                "Some conditions.",
                metrics,
                List.of("ours", "theirs"),
                List.of(),
                runs);
    }
}
