package org.geometryos.compositor.broadcast;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.geometryos.compositor.health.Failures;
import org.geometryos.compositor.health.GuardedLoop;

/**
 * The threads that do the shards' work. A shard is turned by one thread at a time, by whichever is free, in the order
 * of waking.
 *
 * <p>One core is left to what reads, collects garbage and runs beside the host. It is lent to what is urgent, for as
 * long as nobody wrote before: after a rest all threads write at once, which halves the age of what arrives; under a
 * load that never ends they would take each other's room, and one thread less turns all shards.
 */
final class ShardThreads implements ShardExecutor {
    /** Rest that can be saved up: a pass over a thousand displays. */
    private static final long SAVED = TimeUnit.MILLISECONDS.toNanos(8);

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long STOP_MILLIS = 5000;

    private enum State {
        IDLE,
        QUEUED,
        RUNNING,
        AGAIN
    }

    /** Some work, and where it stands. */
    final class Task implements ShardExecutor.Task {
        private final Work work;
        private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
        private final Worker home;
        private final Failures failures;
        private volatile long nextTurn;

        private Task(Work work, Worker home) {
            this.work = work;
            this.home = home;
            this.failures = new Failures("a pass of " + home.thread.getName());
            this.nextTurn = nanos.getAsLong();
        }

        @Override
        public void wake() {
            for (; ; ) {
                State now = state.get();
                if (now == State.QUEUED || now == State.AGAIN) {
                    return;
                }
                if (now == State.RUNNING && state.compareAndSet(now, State.AGAIN)) {
                    return;
                }
                if (now == State.IDLE && state.compareAndSet(now, State.QUEUED)) {
                    ready.add(this);
                    call(this);
                    return;
                }
            }
        }

        private void turn(Worker by) {
            state.set(State.RUNNING);
            boolean more;
            try {
                more = work.turn();
                nextTurn = work.nextTurn();
                failures.worked();
            } catch (RuntimeException | Error e) {
                // whatever it is: the thread has other shards to turn, and the displays concerned catch up
                LockSupport.parkNanos(failures.failed(e));
                more = true;
            }
            if (!more && state.compareAndSet(State.RUNNING, State.IDLE)) {
                if (by != home && nextTurn - home.until < 0) {
                    LockSupport.unpark(home.thread);
                }
                return;
            }
            state.set(State.QUEUED);
            ready.add(this);
        }
    }

    private final class Worker {
        private final GuardedLoop loop;
        private final Thread thread;
        private final boolean borrows;
        private final AtomicBoolean idle = new AtomicBoolean();
        /** Sleeps until then, if nobody wakes it. */
        private volatile long until;

        private Task own;

        private Worker(String name, boolean borrows) {
            this.borrows = borrows;
            this.loop = GuardedLoop.of(name, this::turn);
            this.thread = loop.thread();
        }

        /** Some work, or a rest. */
        private long turn() {
            if (mayTurnSome() && began(this)) {
                work();
            } else {
                if (borrows && !ready.isEmpty()) {
                    // what is left is for those that may, before this one rests
                    callPrimary();
                }
                rest();
            }
            return 0;
        }

        /** One that borrows asks anew before each turn. */
        private void work() {
            try {
                Task task;
                do {
                    task = borrows ? urgent() : ready.poll();
                    if (task != null) {
                        task.turn(this);
                    }
                } while (task != null && !borrows && !stopped);
            } finally {
                ended(this);
            }
        }

        private boolean mayTurnSome() {
            return borrows ? mayBorrow() && ready.stream().anyMatch(task -> task.work.urgent()) : !ready.isEmpty();
        }

        private Task urgent() {
            for (Task task : ready) {
                if (task.work.urgent() && ready.remove(task)) {
                    return task;
                }
            }
            return null;
        }

        private void rest() {
            until = own.state.get() == State.IDLE ? own.nextTurn : nanos.getAsLong() + PAUSE;
            idle.set(true);
            if (!stopped && !mayTurnSome()) {
                long wait = Math.min(until - nanos.getAsLong(), PAUSE);
                if (wait > 0) {
                    loop.waits(wait);
                    LockSupport.parkNanos(ShardThreads.this, wait);
                    loop.waited();
                }
            }
            idle.set(false);
            if (own.state.get() == State.IDLE && own.nextTurn - nanos.getAsLong() <= 0) {
                own.wake();
            }
        }

        private boolean called() {
            boolean rested = idle.compareAndSet(true, false);
            if (rested) {
                LockSupport.unpark(thread);
            }
            return rested;
        }
    }

    private final LongSupplier nanos;
    private final Queue<Task> ready = new ConcurrentLinkedQueue<>();
    private final List<Worker> workers = new ArrayList<>();
    private volatile boolean stopped;
    // guarded by this
    private int busy;
    private boolean lent;
    private long lentAt;
    private long restedFrom;
    private long saved = SAVED;

    /**
     * @param names of the threads, at least one
     * @param cores how many there are, at least one
     * @param nanos the clock, {@link System#nanoTime()}
     */
    ShardThreads(List<String> names, int cores, LongSupplier nanos) {
        this.nanos = nanos;
        this.restedFrom = nanos.getAsLong();
        for (String name : names) {
            workers.add(new Worker(name, workers.size() >= Math.max(1, cores - 1)));
        }
    }

    @Override
    public Task add(Work work) {
        Worker home = workers.stream()
                .filter(worker -> worker.own == null)
                .findFirst()
                .orElseThrow();
        home.own = new Task(work, home);
        return home.own;
    }

    @Override
    public void start() {
        workers.forEach(worker -> worker.loop.start());
    }

    /** Ends the threads after what they are at. @return whether they have ended, in 5 s each */
    @Override
    public boolean stop() {
        stopped = true;
        workers.forEach(worker -> worker.loop.ask());
        workers.forEach(worker -> worker.loop.stop(STOP_MILLIS));
        return workers.stream().noneMatch(worker -> worker.thread.isAlive());
    }

    /** Wakes a thread for the ready shards. If no thread is at rest, the running ones take them. */
    private void call(Task task) {
        if (callPrimary() || !task.work.urgent() || !mayBorrow()) {
            return;
        }
        for (Worker worker : workers) {
            if (worker.borrows && worker.called()) {
                return;
            }
        }
    }

    private boolean callPrimary() {
        for (Worker worker : workers) {
            if (!worker.borrows && worker.called()) {
                return true;
            }
        }
        return false;
    }

    private synchronized boolean mayBorrow() {
        return !lent && saved + (busy == 0 ? nanos.getAsLong() - restedFrom : 0) > 0;
    }

    private synchronized boolean began(Worker worker) {
        long now = nanos.getAsLong();
        if (busy == 0) {
            saved = Math.min(SAVED, saved + now - restedFrom);
            restedFrom = now;
        }
        if (worker.borrows) {
            if (lent || saved <= 0) {
                return false;
            }
            lent = true;
            lentAt = now;
        }
        busy++;
        return true;
    }

    private synchronized void ended(Worker worker) {
        long now = nanos.getAsLong();
        if (worker.borrows) {
            lent = false;
            saved -= now - lentAt;
        }
        if (--busy == 0) {
            restedFrom = now;
        }
    }
}
