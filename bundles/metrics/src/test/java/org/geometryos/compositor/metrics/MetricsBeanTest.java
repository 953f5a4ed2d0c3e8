package org.geometryos.compositor.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.geometryos.compositor.api.metrics.Durations;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsBeanTest {
    private final MBeanServer server = MBeanServerFactory.newMBeanServer();
    private final Figures figures = new Figures(System::nanoTime);
    private ObjectName name;

    @BeforeEach
    void register() throws Exception {
        name = new ObjectName(MetricsBean.NAME);
        server.registerMBean(new MetricsBean(figures), name);
        Durations durations = new Durations();
        durations.record(1_000_000, 999);
        durations.record(50_000_000, 1);
        figures.add(readings -> {
            readings.counter("a_total", "A.", 5, "camera", "tour");
            readings.gauge("b", "B.", 0.5);
            readings.durations("c_seconds", "C.", durations);
        });
    }

    @AfterEach
    void unregister() throws Exception {
        server.unregisterMBean(name);
    }

    @Test
    void eachFigureIsAnAttribute() throws Exception {
        String[] names = Arrays.stream(server.getMBeanInfo(name).getAttributes())
                .map(MBeanAttributeInfo::getName)
                .filter(each -> !each.startsWith("compositor_scrape"))
                .toArray(String[]::new);
        Map<String, Object> values = new TreeMap<>();
        for (Object each : server.getAttributes(name, names)) {
            values.put(((Attribute) each).getName(), ((Attribute) each).getValue());
        }
        assertThat(values)
                .isEqualTo(Map.of(
                        "a_total{camera=\"tour\"}",
                        5.0,
                        "b",
                        0.5,
                        "c_seconds_count",
                        1000.0,
                        "c_seconds_p50",
                        0.001,
                        "c_seconds_p99",
                        0.001,
                        "c_seconds_p999",
                        0.001));
        assertThat(server.getAttribute(name, "b")).isEqualTo(0.5);
    }

    @Test
    void whatIsNotThereIsSaidSo() {
        assertThatThrownBy(() -> server.getAttribute(name, "none"))
                .isInstanceOf(AttributeNotFoundException.class)
                .hasMessageContaining("none");
        assertThatThrownBy(() -> server.setAttribute(name, new Attribute("b", 1.0)))
                .isInstanceOf(AttributeNotFoundException.class);
    }
}
