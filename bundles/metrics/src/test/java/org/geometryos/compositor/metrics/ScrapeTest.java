package org.geometryos.compositor.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.geometryos.compositor.api.metrics.Durations;
import org.junit.jupiter.api.Test;

class ScrapeTest {
    private final Scrape scrape = new Scrape();

    private static void refused(ThrowingCallable call, String... words) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContainingAll(words);
    }

    private Family only() {
        assertThat(scrape.families()).hasSize(1);
        return scrape.families().iterator().next();
    }

    @Test
    void figuresWithTheSameLabelsAddUpInWhateverOrder() {
        scrape.counter("a_total", "h", 2, "x", "1", "y", "2");
        scrape.counter("a_total", "h", 3, "y", "2", "x", "1");
        scrape.counter("a_total", "h", 5, "y", "3", "x", "1");
        assertThat(only().figures).hasSize(2);
        assertThat(only().figures.get("x=\"1\",y=\"2\"").value).isEqualTo(5);
    }

    @Test
    void durationsOfSeveralPartsAddUp() {
        Durations one = new Durations();
        Durations two = new Durations();
        one.record(1_000_000, 98);
        two.record(20_000_000, 1);
        two.record(20_000_000_000L, 1);
        scrape.durations("a_seconds", "h", one);
        scrape.durations("a_seconds", "h", two);
        Figure figure = only().figures.get("");
        assertThat(figure.count()).isEqualTo(100);
        assertThat(figure.seconds).isEqualTo(20.118);
        assertThat(figure.quantile(0.5)).isEqualTo(0.001);
        assertThat(figure.quantile(0.98)).isEqualTo(0.001);
        assertThat(figure.quantile(0.99)).isEqualTo(0.02);
        assertThat(figure.quantile(1)).isEqualTo(10);
        assertThat(new Figure().quantile(0.5)).isNaN();
    }

    @Test
    void whatIsBeyondTheBoundStandsUnderOther() {
        for (int i = 0; i < Scrape.FIGURES + 50; i++) {
            scrape.gauge("a", "h", 1, "camera", "c" + i, "reason", "r");
        }
        assertThat(only().figures).hasSize(Scrape.FIGURES + 1);
        assertThat(only().figures.get("camera=\"other\",reason=\"other\"").value)
                .isEqualTo(50);
        scrape.gauge("a", "h", 1, "camera", "c3", "reason", "r");
        assertThat(only().figures.get("camera=\"c3\",reason=\"r\"").value).isEqualTo(2);
    }

    @Test
    void namesHaveABound() {
        for (int i = 0; i < Scrape.FAMILIES; i++) {
            scrape.gauge("a" + i, "h", 1);
        }
        refused(() -> scrape.gauge("b", "h", 1), "b is one name too many", "500");
    }

    @Test
    void longLabelValuesAreCut() {
        scrape.gauge("a", "h", 1, "x", "v".repeat(1_000));
        assertThat(only().figures.keySet()).containsExactly("x=\"" + "v".repeat(Scrape.VALUE) + "\"");
    }

    @Test
    void whatBreaksARuleIsNamed() {
        refused(() -> scrape.counter("a", "h", 1), "_total", "not a");
        refused(() -> scrape.counter("a_total", "h", -1), "a_total", "-1");
        refused(() -> scrape.counter("a_total", "h", Double.NaN), "a_total", "NaN");
        refused(() -> scrape.counter("a_total", "h", Double.POSITIVE_INFINITY), "a_total", "Infinity");
        refused(() -> scrape.gauge("a_total", "h", 1), "_total");
        refused(() -> scrape.durations("a", "h", new Durations()), "_seconds");
        refused(() -> scrape.gauge("a-b", "h", 1), "\"a-b\"");
        refused(() -> scrape.gauge("", "h", 1), "\"\"");
        refused(() -> scrape.gauge("a", "h", 1, "x"), "in turn");
        refused(() -> scrape.gauge("a", "h", 1, "x-y", "v"), "\"x-y\"");
        refused(() -> scrape.gauge("a", "h", 1, "le", "v"), "le");
        refused(() -> scrape.gauge("a", "h", 1, "x", "1", "x", "2"), "x", "twice");
        assertThat(scrape.families()).isEmpty();
    }

    @Test
    void oneNameIsOfOneKindWithTheSameLabels() {
        scrape.gauge("a_seconds", "h", 1, "x", "v");
        refused(() -> scrape.durations("a_seconds", "h", new Durations(), "x", "v"), "a_seconds", "GAUGE", "HISTOGRAM");
        refused(() -> scrape.gauge("a_seconds", "h", 1, "y", "v"), "[x]", "[y]");
    }

    @Test
    void aCounterAndAGaugeDoNotShareANameInOpenMetrics() {
        scrape.gauge("a_seconds", "h", 1);
        refused(() -> scrape.counter("a_seconds_total", "h", 1), "a_seconds_total", "a_seconds");
        scrape.counter("b_total", "h", 1);
        refused(() -> scrape.gauge("b", "h", 1), "b must not stand beside b_total");
    }
}
