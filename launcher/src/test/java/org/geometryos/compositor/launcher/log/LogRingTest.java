package org.geometryos.compositor.launcher.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class LogRingTest {
    private final LoggerContext context = new LoggerContext();
    private final LogRing ring = new LogRing();
    private final Logger log;

    LogRingTest() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        ring.attach(context);
        log = context.getLogger("org.example.A");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private static List<?> lines(Map<String, Object> answer) {
        return (List<?>) answer.get("lines");
    }

    @Test
    void linesBehindANumberAreGiven() {
        log.info("one {}", 1);
        log.warn("two", new IllegalStateException("a stone"));
        Map<String, Object> all = ring.apply(0);
        assertThat(all.get("next")).isEqualTo(2L);
        assertThat(lines(all)).hasSize(2);
        assertThat(lines(all).get(1))
                .extracting("n", "level", "logger", "text")
                .containsExactly(2L, "WARN", "org.example.A", "two: java.lang.IllegalStateException: a stone");
        assertThat(lines(ring.apply(1))).hasSize(1);
        assertThat(lines(ring.apply(2))).isEmpty();
        assertThat(ring.apply(2).get("next")).isEqualTo(2L);
        // the number of another run
        assertThat(lines(ring.apply(99))).hasSize(2);
    }

    @Test
    void itIsBoundedAndGoesOnWhenTheConfigurationIsReadAnew() {
        for (int i = 0; i < 5_000; i++) {
            log.info("x".repeat(1_000));
        }
        Map<String, Object> first = ring.apply(0);
        assertThat(lines(first)).hasSizeBetween(100, LogRing.MOST_BYTES / 2_000);
        assertThat(lines(first).get(0)).extracting("n").isNotEqualTo(1L);
        context.reset();
        ring.attach(context);
        log.info("behind it");
        assertThat(lines(ring.apply((long) first.get("next")))).hasSize(1);
    }
}
