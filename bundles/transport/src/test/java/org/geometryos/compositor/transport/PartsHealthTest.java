package org.geometryos.compositor.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.geometryos.compositor.health.Health;
import org.junit.jupiter.api.Test;

class PartsHealthTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private final List<Health> parts = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong now = new AtomicLong(17);
    private final PartsHealth health = new PartsHealth(
            () -> {
                asked.incrementAndGet();
                return parts;
            },
            now::get);

    private static Health part(String name, Health.Level level, String text) {
        return new Health(name, List.of(new Health.Problem(level, text)), List.of());
    }

    @Test
    void aWarningDoesNotMakeTheHostDown() {
        parts.add(part("camera-leases", Health.Level.WARNING, "it failed once"));
        assertThat(health.get()).isEmpty();
    }

    @Test
    void aPartThatIsDownIsNamedWithItsReason() {
        parts.add(new Health("journal", List.of(), List.of()));
        parts.add(part("connections-clock", Health.Level.DOWN, "its thread has ended"));
        assertThat(health.get()).hasValue("connections-clock is down: its thread has ended");
    }

    @Test
    void manyOfThemGiveAShortText() {
        for (int i = 0; i < 50; i++) {
            parts.add(part("part-" + i, Health.Level.DOWN, "x".repeat(5_000)));
        }
        assertThat(health.get().orElseThrow()).hasSizeLessThan(800).endsWith("; and 47 more");
    }

    @Test
    void thePartsAreAskedOnceASecond() {
        for (int i = 0; i < 100; i++) {
            health.get();
        }
        assertThat(asked).hasValue(1);
        parts.add(part("scene-store", Health.Level.DOWN, "its thread has ended"));
        assertThat(health.get()).isEmpty();
        now.addAndGet(SECOND);
        assertThat(health.get()).isPresent();
        parts.clear();
        now.addAndGet(SECOND);
        assertThat(health.get()).isEmpty();
        assertThat(asked).hasValue(3);
    }

    @Test
    void aPartThatDoesNotAnswerKeepsNobodyElseAndIsSaid() throws InterruptedException {
        CountDownLatch isAsked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        PartsHealth waiting = new PartsHealth(
                () -> {
                    isAsked.countDown();
                    try {
                        answer.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return List.of();
                },
                now::get);
        Thread asking = new Thread(waiting::get);
        asking.start();
        isAsked.await();
        assertThat(waiting.get()).isEmpty();
        now.addAndGet(11 * SECOND);
        assertThat(waiting.get().orElseThrow()).contains("has not told its health for 11 s");
        answer.countDown();
        asking.join();
        assertThat(waiting.get()).isEmpty();
    }
}
