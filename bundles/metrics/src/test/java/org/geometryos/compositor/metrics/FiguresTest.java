package org.geometryos.compositor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import org.geometryos.compositor.api.metrics.Meter;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private long now;
    private final Figures figures = new Figures(() -> now += 1_000_000);

    private Map<String, Double> values() throws Exception {
        return figures.read().families().stream()
                .filter(family -> family.kind != Family.Kind.HISTOGRAM)
                .collect(Collectors.toMap(family -> family.name, family -> family.figures.get("").value));
    }

    @Test
    void eachMeterIsReadEachTime() throws Exception {
        Meter one = readings -> readings.counter("a_total", "h", now);
        figures.add(one);
        figures.add(readings -> readings.gauge("b", "h", 7));
        double before = values().get("a_total");
        assertThat(values()).containsEntry("b", 7.0);
        assertThat(values().get("a_total")).isGreaterThan(before);
        figures.remove(one);
        assertThat(values()).containsOnlyKeys("b");
    }

    @Test
    void aMeterThatFailsCostsNoOtherAndIsWorthAWarning() throws Exception {
        figures.add(readings -> readings.gauge("a", "h", 1));
        figures.add(readings -> {
            readings.gauge("b", "h", 2);
            throw new NoClassDefFoundError("it went");
        });
        figures.add(readings -> readings.gauge("not a name", "h", 3));
        figures.add(readings -> readings.gauge("c", "h", 4));
        assertThat(values()).containsOnlyKeys("a", "b", "c");
        assertThat(figures.health().level()).isEqualTo(Health.Level.WARNING);
        assertThat(figures.health().problems().toString()).contains("not a name");
    }

    @Test
    void aMeterThatHasJustGoneMayFail() throws Exception {
        figures.add(new Meter() {
            @Override
            public void read(org.geometryos.compositor.api.metrics.Readings readings) {
                figures.remove(this);
                throw new IllegalStateException("the bundle has stopped");
            }
        });
        assertThat(values()).isEmpty();
        assertThat(figures.health().problems()).isEmpty();
    }

    @Test
    void readingIsTimedItself() throws Exception {
        figures.read();
        Figure scrapes = figures.read().families().stream()
                .filter(family -> family.name.equals("compositor_scrape_seconds"))
                .findFirst()
                .orElseThrow()
                .figures
                .get("");
        assertThat(scrapes.count()).isEqualTo(1);
        assertThat(scrapes.seconds).isEqualTo(0.001);
    }
}
