package org.geometryos.compositor.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GuardedLoopTest {
    private static final long LIMIT_SECONDS = 30;
    private GuardedLoop loop;

    @AfterEach
    void stop() {
        if (loop != null) {
            loop.stop(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                IllegalStateException.class,
                java.io.IOException.class,
                StackOverflowError.class,
                NoClassDefFoundError.class,
                OutOfMemoryError.class,
                java.util.ServiceConfigurationError.class,
                InterruptedException.class
            })
    void goesOnWhateverATurnThrows(Class<? extends Throwable> kind) throws Exception {
        Throwable problem = kind.getConstructor(String.class).newInstance("on purpose");
        CountDownLatch turns = new CountDownLatch(3);
        loop = GuardedLoop.of("compositor-test", () -> {
                    turns.countDown();
                    if (turns.getCount() > 0) {
                        GuardedLoopTest.<RuntimeException>sneak(problem);
                    }
                    return GuardedLoop.UNTIL_WOKEN;
                })
                .start();
        assertThat(turns.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.thread().isAlive()).isTrue();
        assertThat(loop.health().level()).isEqualTo(Health.Level.WARNING);
        assertThat(loop.health().problems().get(0).text())
                .contains("failed several times since ", kind.getSimpleName());
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable problem) throws T {
        throw (T) problem;
    }

    @Test
    void isWellWhenNothingFailed() throws Exception {
        CountDownLatch turn = new CountDownLatch(1);
        loop = GuardedLoop.of("compositor-test", () -> {
                    turn.countDown();
                    return GuardedLoop.UNTIL_WOKEN;
                })
                .start();
        assertThat(turn.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.health().level()).isEqualTo(Health.Level.OK);
    }

    @Test
    void isDownWhileEveryTurnFails() throws Exception {
        Failures failures = new Failures("test");
        long begin = System.nanoTime();
        while (failures.problems().stream().noneMatch(each -> each.level() == Health.Level.DOWN)) {
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(LIMIT_SECONDS));
            TimeUnit.NANOSECONDS.sleep(failures.failed(new AssertionError("on purpose")));
        }
        assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(5));
        failures.worked();
        assertThat(failures.problems()).extracting(Health.Problem::level).containsExactly(Health.Level.WARNING);
    }

    @Test
    void anInterruptLeftBehindDoesNotMakeItSpin() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        CountDownLatch first = new CountDownLatch(1);
        loop = GuardedLoop.of("compositor-test", () -> {
                    if (turns.incrementAndGet() == 1) {
                        Thread.currentThread().interrupt();
                    }
                    first.countDown();
                    return TimeUnit.HOURS.toNanos(1);
                })
                .start();
        assertThat(first.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        while (loop.thread().getState() != Thread.State.TIMED_WAITING && turns.get() < 10) {
            Thread.onSpinWait();
        }
        assertThat(turns.get()).isLessThan(10);
    }

    @Test
    void theLastTurnComesBehindTheStop() {
        AtomicInteger behind = new AtomicInteger();
        GuardedLoop[] own = new GuardedLoop[1];
        own[0] = GuardedLoop.withLastTurn("compositor-test", () -> {
            behind.addAndGet(own[0].stopped() ? 1 : 0);
            return GuardedLoop.UNTIL_WOKEN;
        });
        loop = own[0].start();
        assertThat(loop.stop(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS))).isTrue();
        assertThat(behind.get()).isPositive();
        assertThat(loop.health().level()).isEqualTo(Health.Level.OK);
    }

    @Test
    void aTextFromOutsideIsBoundedInTheHealth() {
        Failures failures = new Failures("test");
        failures.failed(new IllegalStateException("a\nb" + "x".repeat(10_000)));
        assertThat(failures.problems().get(0).text()).hasSizeLessThan(400).doesNotContain("\n");
    }

    @Test
    void textOfAFailureStaysTheSame() {
        Failures failures = new Failures("test");
        failures.failed(new IllegalStateException("on purpose"));
        failures.worked();
        assertThat(failures.problems().get(0).text())
                .matches("it failed once, at \\d\\d:\\d\\d:\\d\\d UTC: .*on purpose");
        for (int i = 1; i < 100; i++) {
            failures.failed(new IllegalStateException("on purpose"));
        }
        String text = failures.problems().get(0).text();
        failures.failed(new IllegalStateException("on purpose"));
        assertThat(failures.problems().get(0).text()).isEqualTo(text).contains("failed 100 or more times since ");
    }
}
