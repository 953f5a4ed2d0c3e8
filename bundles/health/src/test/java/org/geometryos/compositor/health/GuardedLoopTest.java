package org.geometryos.compositor.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

    /** Waits that end when the test says so, and a clock that stands still between them. */
    private static final class ByHand implements GuardedLoop.Waiting {
        private final AtomicLong nanos = new AtomicLong(1);
        private final Semaphore parked = new Semaphore(0);
        private final Semaphore ends = new Semaphore(0);
        private volatile long asked;
        private volatile boolean over;

        @Override
        public void park(Object blocker, long wait) {
            asked = wait;
            parked.release();
            if (!over) {
                ends.acquireUninterruptibly();
            }
        }

        private void end() {
            over = true;
            ends.release();
        }

        @Override
        public long nanos() {
            return nanos.get();
        }

        private void awaitPark() throws InterruptedException {
            assertThat(parked.tryAcquire(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {100_000_000, 60_000_000_000L, GuardedLoop.UNTIL_WOKEN})
    void isDownWhileAWaitDoesNotEnd(long wait) throws Exception {
        ByHand waiting = new ByHand();
        AtomicInteger turns = new AtomicInteger();
        loop = new GuardedLoop(
                        "compositor-test",
                        () -> {
                            turns.incrementAndGet();
                            return wait;
                        },
                        false,
                        waiting)
                .start();
        waiting.awaitPark();
        assertThat(waiting.asked).isEqualTo(Math.min(wait, GuardedLoop.LONGEST_WAIT));
        waiting.nanos.addAndGet(waiting.asked + GuardedLoop.LATE_NANOS - 1);
        assertThat(loop.health().level()).isEqualTo(Health.Level.OK);
        waiting.nanos.incrementAndGet();
        assertThat(loop.health().level()).isEqualTo(Health.Level.DOWN);
        String text = loop.health().problems().get(0).text();
        assertThat(text).matches("it has not come back from a wait that should have ended at \\d\\d:\\d\\d:\\d\\d UTC");
        waiting.nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(loop.health().problems().get(0).text()).isEqualTo(text);
        waiting.ends.release();
        waiting.awaitPark();
        assertThat(loop.health().level()).isEqualTo(Health.Level.OK);
        assertThat(turns.get()).isEqualTo(wait == GuardedLoop.UNTIL_WOKEN ? 1 : 2);
        waiting.end();
    }

    @Test
    void aPieceOfALongWaitIsNoTurn() throws Exception {
        ByHand waiting = new ByHand();
        AtomicInteger turns = new AtomicInteger();
        loop = new GuardedLoop(
                        "compositor-test",
                        () -> {
                            turns.incrementAndGet();
                            return GuardedLoop.LONGEST_WAIT * 2;
                        },
                        false,
                        waiting)
                .start();
        for (int turn = 1; turn <= 3; turn++) {
            waiting.awaitPark();
            waiting.nanos.addAndGet(GuardedLoop.LONGEST_WAIT);
            waiting.ends.release();
            waiting.awaitPark();
            assertThat(turns.get()).isEqualTo(turn);
            waiting.nanos.addAndGet(GuardedLoop.LONGEST_WAIT);
            waiting.ends.release();
        }
        waiting.awaitPark();
        loop.wake();
        waiting.ends.release();
        waiting.awaitPark();
        assertThat(turns.get()).isEqualTo(5);
        waiting.end();
    }

    @Test
    void aWaitWithinATurnIsJudgedAsWell() throws Exception {
        ByHand waiting = new ByHand();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        GuardedLoop[] own = new GuardedLoop[1];
        own[0] = new GuardedLoop(
                "compositor-test",
                () -> {
                    own[0].waits(1);
                    begun.countDown();
                    end.await();
                    return GuardedLoop.UNTIL_WOKEN;
                },
                false,
                waiting);
        loop = own[0].start();
        assertThat(begun.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.health().level()).isEqualTo(Health.Level.OK);
        waiting.nanos.addAndGet(1 + GuardedLoop.LATE_NANOS);
        assertThat(loop.health().level()).isEqualTo(Health.Level.DOWN);
        end.countDown();
        waiting.awaitPark();
        assertThat(loop.health().level()).isEqualTo(Health.Level.OK);
        waiting.end();
    }

    @Test
    void aWakeDuringATurnIsNotLost() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch turns = new CountDownLatch(2);
        loop = GuardedLoop.of("compositor-test", () -> {
                    begun.countDown();
                    go.await();
                    turns.countDown();
                    return GuardedLoop.UNTIL_WOKEN;
                })
                .start();
        assertThat(begun.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        loop.wake();
        go.countDown();
        assertThat(turns.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
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
