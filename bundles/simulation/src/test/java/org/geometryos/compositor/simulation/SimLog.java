package org.geometryos.compositor.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.geometryos.compositor.api.log.Checkpoint;
import org.geometryos.compositor.api.log.SharedLog;
import org.geometryos.compositor.cluster.SimulatedReplica;

/**
 * The engine, and the network to it: records are delayed, lost, doubled and turned on their way; the engine rests while
 * it elects; readers are cut off, told something twice, not told something, or told nothing any more.
 */
final class SimLog {
    private static final long MILLIS = 1_000_000;

    private final Timeline time;
    private final SplittableRandom random;
    private final String epoch;
    private final List<byte[]> records = new ArrayList<>();
    private final List<Client.Stream> readings = new ArrayList<>();
    private Optional<Checkpoint> checkpoint = Optional.empty();
    /** The oldest that is held. */
    private long first = 1;

    private long restsUntil = Timeline.START;
    /** How bad the network is, 0 to 1. */
    double trouble;

    SimLog(Timeline time, SplittableRandom random, String epoch) {
        this.time = time;
        this.random = random;
        this.epoch = epoch;
    }

    long head() {
        return records.size();
    }

    long first() {
        return first;
    }

    /** An election: for so long nothing is put. */
    void rests(long nanos) {
        restsUntil = time.getAsLong() + nanos;
        // consumers that the dead server served are told nothing any more
        readings.forEach(reading -> reading.dead |= random.nextInt(4) == 0);
    }

    /** A host has died. */
    void left(SimHost host) {
        readings.removeIf(reading -> reading.isOf(host));
    }

    /** Forgets what a checkpoint makes dispensable, but for so many. */
    void forget(long kept) {
        checkpoint.ifPresent(newest -> first = Math.max(first, newest.seq() + 1 - kept));
    }

    private long delay() {
        long usual = MILLIS / 4 + random.nextLong(2 * MILLIS);
        return random.nextDouble() < trouble / 10 ? usual + random.nextLong(800 * MILLIS) : usual;
    }

    private void arrives(byte[] record) {
        long rest = restsUntil - time.getAsLong();
        if (rest > 0) {
            // what is queued while the engine elects is put then, or lost
            if (random.nextInt(3) > 0) {
                time.after(rest + random.nextLong(5 * MILLIS), () -> arrives(record));
            }
            return;
        }
        records.add(record);
        List.copyOf(readings).forEach(Client.Stream::pump);
    }

    /** What one run of a host has of it. */
    final class Client implements SharedLog {
        private final SimHost host;
        private final int run;
        private final HostFault.Switch faults;
        private long lastOut = Timeline.START;

        Client(SimHost host, int run, HostFault.Switch faults) {
            this.host = host;
            this.run = run;
            this.faults = faults;
        }

        @Override
        public String epoch() {
            return epoch;
        }

        @Override
        public void append(byte[] record) {
            int copies = random.nextDouble() < trouble * 0.05 ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                if (random.nextDouble() >= trouble * 0.05 && !host.cutOut) {
                    long at = Math.max(time.getAsLong(), host.outRestsUntil) + delay();
                    // a connection keeps the order; what another way takes does not
                    if (random.nextDouble() >= trouble * 0.02) {
                        at = Math.max(at, lastOut);
                        lastOut = at;
                    }
                    time.after(at - time.getAsLong(), () -> {
                        if (!host.cutOut) {
                            arrives(record);
                        }
                    });
                }
            }
        }

        @Override
        public Reading read(long after, Reader reader) {
            Stream stream = new Stream(after, reader);
            readings.add(stream);
            stream.pump();
            return stream;
        }

        @Override
        public CompletionStage<Optional<Checkpoint>> checkpoint() {
            CompletableFuture<Optional<Checkpoint>> found = new CompletableFuture<>();
            if (!host.cutOut && !host.cutIn) {
                time.after(2 * delay(), () -> {
                    Optional<Checkpoint> now = checkpoint;
                    if (!host.cutIn) {
                        host.run(run, () -> found.complete(now));
                    }
                });
            }
            return found;
        }

        @Override
        public CompletionStage<Void> store(Checkpoint next) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            Checkpoint stored = faults.on(HostFault.CHECKPOINT_IS_EMPTY) ? SimulatedReplica.withoutContent(next) : next;
            if (!host.cutOut) {
                time.after(delay(), () -> {
                    if (checkpoint.isEmpty() || checkpoint.get().seq() < stored.seq()) {
                        checkpoint = Optional.of(stored);
                    }
                    host.run(run, () -> done.complete(null));
                });
            }
            return done;
        }

        /** A reading: in order, as a connection is. */
        final class Stream implements Reading {
            private final Reader reader;
            private long next;
            private long busyUntil = Timeline.START;
            private boolean closed;
            private boolean dead;

            private Stream(long after, Reader reader) {
                this.next = after + 1;
                this.reader = reader;
            }

            private boolean isOf(SimHost other) {
                return host == other;
            }

            private void pump() {
                if (closed || dead) {
                    return;
                }
                if (faults.on(HostFault.LOG_ENDS_FOR_A_READER) && next > 400) {
                    dead = true;
                    return;
                }
                if (next < first) {
                    long oldest = first;
                    deliver(() -> reader.gone(oldest));
                    next = Long.MAX_VALUE;
                    return;
                }
                while (next <= records.size()) {
                    long seq = next++;
                    if (random.nextDouble() < trouble * 0.003) {
                        // not told
                        continue;
                    }
                    boolean before = seq > 1 && faults.on(HostFault.LOG_TELLS_THE_RECORD_BEFORE);
                    byte[] record = records.get((int) seq - (before ? 2 : 1));
                    int times = random.nextDouble() < trouble * 0.01 ? 2 : 1;
                    for (int i = 0; i < times; i++) {
                        deliver(() -> reader.record(seq, record));
                    }
                }
            }

            private void deliver(Runnable what) {
                long at = Math.max(busyUntil, time.getAsLong() + delay());
                busyUntil = at;
                arrive(at - time.getAsLong(), what);
            }

            private void arrive(long after, Runnable what) {
                time.after(after, () -> {
                    if (closed || dead) {
                        return;
                    }
                    if (host.cutIn) {
                        // the connection breaks, and nobody tells the reader
                        dead = true;
                        return;
                    }
                    host.run(run, () -> {
                        if (!closed) {
                            what.run();
                        }
                    });
                });
            }

            @Override
            public void close() {
                closed = true;
                readings.remove(this);
            }
        }
    }
}
