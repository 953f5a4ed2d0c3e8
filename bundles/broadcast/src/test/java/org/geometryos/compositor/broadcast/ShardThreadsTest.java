package org.geometryos.compositor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShardThreadsTest {
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    /** A clock that only moves when it is told to. */
    private final AtomicLong clock = new AtomicLong(-TimeUnit.DAYS.toNanos(1));

    private ShardThreads workers;

    @AfterEach
    void end() {
        assertThat(workers.stop()).as("all threads have ended").isTrue();
    }

    @Test
    void nothingThatWasWokenIsForgottenHoweverManyWake() throws InterruptedException {
        workers = workers(3, 2, System::nanoTime);
        List<Counter> counters =
                IntStream.range(0, 3).mapToObj(i -> new Counter(i != 1)).toList();
        List<ShardThreads.Task> tasks = counters.stream().map(workers::add).toList();
        workers.start();
        int rounds = 50_000;
        Thread[] sources = new Thread[2];
        for (int t = 0; t < sources.length; t++) {
            sources[t] = new Thread(
                    () -> {
                        for (int i = 0; i < rounds; i++) {
                            int which = i % 3;
                            counters.get(which).asked.incrementAndGet();
                            tasks.get(which).wake();
                        }
                    },
                    "source-" + t);
            sources[t].start();
        }
        for (Thread source : sources) {
            source.join(60_000);
        }
        for (Counter counter : counters) {
            await(() -> counter.done.get() == counter.asked.get());
            assertThat(counter.atOnce.get()).as("turned by two threads at once").isZero();
        }
    }

    @Test
    void afterARestAllThreadsWriteAtOnce() throws InterruptedException {
        workers = workers(2, 2, clock::get);
        Held first = new Held();
        Held second = new Held();
        ShardThreads.Task one = workers.add(first);
        ShardThreads.Task two = workers.add(second);
        workers.start();
        await(() -> first.ended.get() && second.ended.get() && resting());
        for (int i = 0; i < 50; i++) {
            clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
            first.hold();
            second.hold();
            one.wake();
            two.wake();
            assertThat(first.begun.await(60, TimeUnit.SECONDS) && second.begun.await(60, TimeUnit.SECONDS))
                    .as("both at work")
                    .isTrue();
            clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(4));
            first.release.countDown();
            second.release.countDown();
            await(() -> first.ended.get() && second.ended.get() && resting());
        }
    }

    @Test
    void whatIsNotUrgentNeverTakesTheLastCore() throws InterruptedException {
        workers = workers(2, 2, clock::get);
        Held first = new Held();
        Held second = new Held();
        first.urgent = false;
        second.urgent = false;
        ShardThreads.Task one = workers.add(first);
        ShardThreads.Task two = workers.add(second);
        workers.start();
        await(() -> first.ended.get() && second.ended.get() && resting());
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
        first.hold();
        one.wake();
        assertThat(first.begun.await(60, TimeUnit.SECONDS)).isTrue();
        second.hold();
        two.wake();
        assertThat(second.begun.await(300, TimeUnit.MILLISECONDS))
                .as("begun while the only thread that may is at work")
                .isFalse();
        first.release.countDown();
        assertThat(second.begun.await(60, TimeUnit.SECONDS)).isTrue();
        second.release.countDown();
    }

    @Test
    void underALoadThatNeverEndsOneThreadTurnsAllOfThemInTurn() {
        workers = workers(2, 2, clock::get);
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<String> last = new AtomicReference<>("");
        AtomicInteger inTurn = new AtomicInteger();
        List<ShardThreads.Task> tasks = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            tasks.add(workers.add(work(() -> clock.get() + HOUR, () -> {
                clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(5));
                boolean first = Thread.currentThread().getName().equals("worker-0");
                if (first && !last.getAndSet(name).equals(name)) {
                    inTurn.incrementAndGet();
                } else {
                    inTurn.set(0);
                }
                return !over.get();
            })));
        }
        workers.start();
        tasks.forEach(ShardThreads.Task::wake);
        await(() -> inTurn.get() >= 1_000);
        over.set(true);
    }

    @Test
    void workIsTurnedWhenItIsDueThoughNobodyWakesIt() {
        workers = workers(2, 2, System::nanoTime);
        List<AtomicInteger> turns = List.of(new AtomicInteger(), new AtomicInteger());
        turns.forEach(count -> workers.add(work(() -> System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20), () -> {
            count.incrementAndGet();
            return false;
        })));
        workers.start();
        turns.forEach(count -> await(() -> count.get() >= 5));
    }

    @Test
    void aTurnThatFailsIsTriedAgainAndHoldsNobodyUpForLong() {
        workers = workers(1, 1, System::nanoTime);
        AtomicInteger turns = new AtomicInteger();
        ShardThreads.Task task = workers.add(work(() -> System.nanoTime() + HOUR, () -> {
            if (turns.incrementAndGet() == 1) {
                throw new IllegalStateException("for the test");
            }
            return false;
        }));
        workers.start();
        task.wake();
        await(() -> turns.get() >= 2);
    }

    /** Urgent work. */
    private static ShardExecutor.Work work(LongSupplier due, BooleanSupplier turn) {
        return new ShardExecutor.Work() {
            @Override
            public boolean turn() {
                return turn.getAsBoolean();
            }

            @Override
            public boolean urgent() {
                return true;
            }

            @Override
            public long nextTurn() {
                return due.getAsLong();
            }
        };
    }

    private ShardThreads workers(int count, int cores, LongSupplier nanos) {
        return new ShardThreads(
                IntStream.range(0, count).mapToObj(i -> "worker-" + i).toList(), cores, nanos);
    }

    /** Whether all threads sleep. */
    private static boolean resting() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(t -> t.getName().startsWith("worker-"))
                .allMatch(t -> t.getState() == Thread.State.TIMED_WAITING);
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(until);
            Thread.onSpinWait();
        }
    }

    /** Takes up what was asked for until then. */
    private static final class Counter implements ShardExecutor.Work {
        private final boolean urgent;
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger done = new AtomicInteger();
        final AtomicInteger atOnce = new AtomicInteger();
        private final ConcurrentHashMap<Thread, Boolean> inside = new ConcurrentHashMap<>();

        Counter(boolean urgent) {
            this.urgent = urgent;
        }

        @Override
        public boolean turn() {
            inside.put(Thread.currentThread(), true);
            atOnce.addAndGet(inside.size() - 1);
            int now = asked.get();
            boolean more = done.getAndSet(now) != now;
            inside.remove(Thread.currentThread());
            return more;
        }

        @Override
        public boolean urgent() {
            return urgent;
        }

        @Override
        public long nextTurn() {
            return System.nanoTime() + HOUR;
        }
    }

    /** Stays in its turn until it is let go. */
    private final class Held implements ShardExecutor.Work {
        volatile CountDownLatch begun = new CountDownLatch(1);
        volatile CountDownLatch release = new CountDownLatch(0);
        final AtomicBoolean ended = new AtomicBoolean();
        volatile boolean urgent = true;

        void hold() {
            begun = new CountDownLatch(1);
            release = new CountDownLatch(1);
            ended.set(false);
        }

        @Override
        public boolean turn() {
            begun.countDown();
            try {
                release.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            ended.set(true);
            return false;
        }

        @Override
        public boolean urgent() {
            return urgent;
        }

        @Override
        public long nextTurn() {
            return clock.get() + HOUR;
        }
    }
}
