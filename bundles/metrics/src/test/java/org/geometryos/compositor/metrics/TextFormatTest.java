package org.geometryos.compositor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.geometryos.compositor.api.metrics.Durations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextFormatTest {
    private static Scrape scrape() {
        Scrape scrape = new Scrape();
        scrape.counter("b_total", "Says \"b\",\nand \\ more.", 3, "camera", "a\"b\\c\nd");
        scrape.gauge("a", "One.", 0.25);
        scrape.gauge("n", "None.", Double.NaN);
        return scrape;
    }

    @Test
    void prometheusReadsNamesHelpAndTypes() {
        assertThat(TextFormat.PROMETHEUS.write(scrape())).isEqualTo("""
                        # HELP a One.
                        # TYPE a gauge
                        a 0.25
                        # HELP b_total Says "b",\\nand \\\\ more.
                        # TYPE b_total counter
                        b_total{camera="a\\"b\\\\c\\nd"} 3
                        # HELP n None.
                        # TYPE n gauge
                        n NaN
                        """);
    }

    @Test
    void openMetricsNamesACounterWithoutTotalAndEnds() {
        assertThat(TextFormat.OPEN_METRICS.write(scrape())).contains("""
                        # HELP b Says \\"b\\",\\nand \\\\ more.
                        # TYPE b counter
                        b_total{camera="a\\"b\\\\c\\nd"} 3
                        """).endsWith("\n# EOF\n");
    }

    @Test
    void durationsAreCumulativeWithSumAndCount() {
        Durations durations = new Durations();
        durations.record(12_000, 2);
        durations.record(600_000, 1);
        durations.record(60_000_000_000L, 1);
        Scrape scrape = new Scrape();
        scrape.durations("d_seconds", "D.", durations, "shard", "0");
        String text = TextFormat.PROMETHEUS.write(scrape);
        assertThat(text)
                .startsWith("# HELP d_seconds D.\n# TYPE d_seconds histogram\n")
                .contains("d_seconds_bucket{shard=\"0\",le=\"1.0E-5\"} 0\n")
                .contains("d_seconds_bucket{shard=\"0\",le=\"1.5E-5\"} 2\n")
                .contains("d_seconds_bucket{shard=\"0\",le=\"5.0E-4\"} 2\n")
                .contains("d_seconds_bucket{shard=\"0\",le=\"7.0E-4\"} 3\n")
                .contains("d_seconds_bucket{shard=\"0\",le=\"10.0\"} 3\n")
                .contains("d_seconds_bucket{shard=\"0\",le=\"+Inf\"} 4\n")
                .contains("d_seconds_sum{shard=\"0\"} 60.000624\n")
                .endsWith("d_seconds_count{shard=\"0\"} 4\n");
        assertThat(text.lines()).hasSize(2 + 38 + 2);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "12345678901, 12345678901",
        "0.001, 0.001",
        "1.5E-7, 1.5E-7",
        "1.0E300, 1.0E300",
        "Infinity, +Inf",
        "-Infinity, -Inf",
        "NaN, NaN",
    })
    void numbersDoNotDependOnTheLocale(double value, String text) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(TextFormat.number(value)).isEqualTo(text);
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(TextFormat.number(value)).isEqualTo(text);
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | PROMETHEUS",
                "*/* | PROMETHEUS",
                "text/plain | PROMETHEUS",
                "text/html | PROMETHEUS",
                "application/openmetrics-text | OPEN_METRICS",
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2|OPEN_METRICS",
                "text/plain;version=0.0.4;q=0.5,application/openmetrics-text;q=0.3 | PROMETHEUS",
                "application/openmetrics-text;q=0 | PROMETHEUS",
                "application/openmetrics-text;q=x,text/plain;q=0.1 | PROMETHEUS",
                "; , ;; | PROMETHEUS",
            })
    void theClientChoosesTheFormat(String accept, TextFormat format) {
        assertThat(TextFormat.preferred(accept)).isEqualTo(format);
    }
}
