package org.geometryos.compositor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.geometryos.compositor.api.connection.LinkMemory;
import org.junit.jupiter.api.Test;

class QuotaTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = -5 * SECOND;
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();

    private Quota at(double seconds) {
        return new Quota(LinkMemory.of(attributes), START + (long) (seconds * SECOND));
    }

    private int granted(double seconds, int asked, int perSecond) {
        int granted = 0;
        for (int i = 0; i < asked; i++) {
            granted += at(seconds).request(perSecond, 1) == Quota.Verdict.GRANTED ? 1 : 0;
        }
        return granted;
    }

    @Test
    void bucketHoldsOneSecondsWorth() {
        assertThat(granted(0, 150, 100)).isEqualTo(100);
        assertThat(granted(0.5, 150, 100)).isEqualTo(50);
        assertThat(granted(10, 150, 100)).isEqualTo(100);
    }

    @Test
    void steadyRateAtTheLimitIsNeverRefused() {
        for (int i = 0; i < 2000; i++) {
            assertThat(at(i / 100.0).request(100, 1)).isEqualTo(Quota.Verdict.GRANTED);
        }
    }

    @Test
    void tenSecondsRunningAreTooLongAndAPauseBeginsAnew() {
        for (int second = 0; second < 9; second++) {
            granted(second, 150, 100);
            assertThat(at(second).request(100, 1)).isEqualTo(Quota.Verdict.OVER);
        }
        granted(20, 150, 100);
        assertThat(at(20).request(100, 1)).isEqualTo(Quota.Verdict.OVER);
        for (int second = 21; second < 29; second++) {
            granted(second, 150, 100);
            assertThat(at(second).request(100, 1)).isEqualTo(Quota.Verdict.OVER);
        }
        granted(29, 150, 100);
        assertThat(at(29).request(100, 1)).isEqualTo(Quota.Verdict.TOO_LONG);
    }

    @Test
    void twentyMalformedMessagesAMinuteAreBorne() {
        for (int i = 0; i < 20; i++) {
            assertThat(at(i).malformed(20)).isFalse();
        }
        assertThat(at(59.9).malformed(20)).isTrue();
        assertThat(at(200).malformed(20)).as("the minute is over").isFalse();
        assertThat(at(201).malformed(0)).isTrue();
    }

    @Test
    void heldIsToldOnceASecond() {
        assertThat(at(0).tellHeld()).isTrue();
        assertThat(at(0.9).tellHeld()).isFalse();
        assertThat(at(1.0).tellHeld()).isTrue();
    }
}
