package org.geometryos.compositor.cluster.nats;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.geometryos.compositor.api.log.Checkpoint;
import org.geometryos.compositor.api.log.SharedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream as the log. What is asked for is done by two threads that are not its own: {@link #work} begins readings,
 * and begins those anew that the servers have forgotten; {@link #workAtCheckpoints} moves what may be large.
 *
 * <p>Records have no id by which the servers would drop a second one: a host puts a record again also when it came too
 * early, and then it must come again.
 */
final class NatsLog implements SharedLog {
    private static final Logger LOG = LoggerFactory.getLogger(NatsLog.class);
    /** Without a record or a word of the servers for so long a reading has ended. */
    static final long SILENT = TimeUnit.MILLISECONDS.toNanos(800);
    /** Between two beginnings of a reading. */
    static final long AGAIN = TimeUnit.MILLISECONDS.toNanos(200);

    private static final int MOST_JOBS = 4;

    private final String stream;
    private final String epoch;
    private final Engine engine;
    private final LongSupplier nanos;
    private final Runnable wake;
    private final Runnable wakeCheckpoints;
    private final List<Following> readings = new CopyOnWriteArrayList<>();
    private final AtomicLong highest = new AtomicLong();
    // guarded by the queue
    private final Queue<Job<?>> jobs = new ArrayDeque<>();
    private CompletableFuture<Optional<Checkpoint>> asked = CompletableFuture.completedFuture(Optional.empty());

    private record Job<T>(Work<T> work, CompletableFuture<T> done) {
        private void run() {
            try {
                done.complete(work.run());
            } catch (IOException | RuntimeException e) {
                done.completeExceptionally(e);
            }
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /**
     * @param wake has {@link #work} called soon
     * @param wakeCheckpoints has {@link #workAtCheckpoints} called soon
     */
    NatsLog(String stream, String epoch, Engine engine, LongSupplier nanos, Runnable wake, Runnable wakeCheckpoints) {
        this.stream = stream;
        this.epoch = epoch;
        this.engine = engine;
        this.nanos = nanos;
        this.wake = wake;
        this.wakeCheckpoints = wakeCheckpoints;
    }

    @Override
    public String epoch() {
        return epoch;
    }

    /** The highest number that was read. */
    long highest() {
        return highest.get();
    }

    @Override
    public void append(byte[] record) {
        engine.publish(stream, record);
    }

    @Override
    public Reading read(long after, Reader reader) {
        Following reading = new Following(after + 1, reader);
        readings.add(reading);
        wake.run();
        return reading;
    }

    /** Who asks again while it is on its way waits for the same one. */
    @Override
    public CompletionStage<Optional<Checkpoint>> checkpoint() {
        synchronized (jobs) {
            if (asked.isDone()) {
                asked = later(
                        () -> engine.stored(stream).map(stored -> new Checkpoint(stored.seq(), stored.content())));
            }
            return asked;
        }
    }

    /** What lies before the checkpoint before this one is forgotten: who begins with that one can still go on. */
    @Override
    public CompletionStage<Void> store(Checkpoint checkpoint) {
        return later(() -> {
            long before = engine.storedSeq(stream);
            if (before < checkpoint.seq()) {
                engine.store(stream, new Engine.Stored(checkpoint.seq(), checkpoint.content()));
                if (before > 0) {
                    engine.forget(stream, before + 1);
                }
            }
            return null;
        });
    }

    private <T> CompletableFuture<T> later(Work<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        boolean taken;
        synchronized (jobs) {
            taken = jobs.size() < MOST_JOBS;
            if (taken) {
                jobs.add(new Job<>(work, done));
            }
        }
        if (taken) {
            wakeCheckpoints.run();
        } else {
            done.completeExceptionally(new IOException(MOST_JOBS + " checkpoints wait already"));
        }
        return done;
    }

    /** Moves the checkpoints that are waited for. One thread. */
    void workAtCheckpoints() {
        for (Job<?> job; (job = next()) != null; ) {
            job.run();
        }
    }

    private Job<?> next() {
        synchronized (jobs) {
            return jobs.poll();
        }
    }

    /** Begins readings, also anew. Several times a second. */
    synchronized void work() {
        for (Following reading : readings) {
            if (reading.closed) {
                reading.shut();
                readings.remove(reading);
            } else if (engine.connected()) {
                reading.look(nanos.getAsLong());
            }
        }
    }

    /** The connection was made anew: what the servers knew of readings is not to be relied on. */
    void reconnected() {
        readings.forEach(reading -> reading.stale = true);
        wake.run();
    }

    /** Nothing is told any more, and nothing is waited for. */
    synchronized void close() {
        readings.forEach(reading -> {
            reading.close();
            reading.shut();
        });
        readings.clear();
        for (Job<?> job; (job = next()) != null; ) {
            job.done.completeExceptionally(new IOException("the connection to the log is closed"));
        }
    }

    /** A reading. */
    private final class Following implements Reading {
        private final Reader reader;
        /** Held while the reader is told something, so that an old tap does not tell beside a new one. */
        private final ReentrantLock telling = new ReentrantLock();

        private volatile long next;
        private volatile long heard;
        private volatile boolean closed;
        private volatile boolean stale;
        // guarded by the log
        private Engine.Tap tap;
        private boolean begun;
        private long begunAt;

        private Following(long next, Reader reader) {
            this.next = next;
            this.reader = reader;
        }

        @Override
        public void close() {
            closed = true;
            wake.run();
        }

        private void shut() {
            Engine.Tap last = tap;
            tap = null;
            if (last != null) {
                last.close();
            }
        }

        private void look(long now) {
            boolean flows = tap != null && !stale && now - heard < SILENT;
            if (flows || begun && now - begunAt < AGAIN) {
                return;
            }
            begun = true;
            begunAt = now;
            stale = false;
            shut();
            try {
                begin(now);
            } catch (IOException e) {
                LOG.debug("{} cannot be read from {} on", stream, next, e);
            }
        }

        private void begin(long now) throws IOException {
            Optional<Engine.Info> info = engine.info(stream);
            if (info.isEmpty()) {
                return;
            }
            if (info.get().first() > next) {
                tell(() -> reader.gone(info.get().first()));
                closed = true;
                return;
            }
            heard = now;
            tap = engine.tap(stream, next, new Engine.Sink() {
                @Override
                public void record(long seq, byte[] record) {
                    heard = nanos.getAsLong();
                    highest.accumulateAndGet(seq, Math::max);
                    tell(() -> told(seq, record));
                }

                @Override
                public void quiet() {
                    heard = nanos.getAsLong();
                }
            });
        }

        private void told(long seq, byte[] record) {
            if (seq >= next) {
                next = seq + 1;
                reader.record(seq, record);
            }
        }

        private void tell(Runnable what) {
            telling.lock();
            try {
                if (!closed) {
                    what.run();
                }
            } finally {
                telling.unlock();
            }
        }
    }
}
