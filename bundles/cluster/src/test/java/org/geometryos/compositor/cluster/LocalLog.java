package org.geometryos.compositor.cluster;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.geometryos.compositor.api.log.Checkpoint;
import org.geometryos.compositor.api.log.SharedLog;

/** A log in memory that hosts of one test share. Nothing happens in it before {@link #settle}. One thread. */
final class LocalLog {
    private final List<byte[]> records = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private Optional<Checkpoint> checkpoint = Optional.empty();
    private long first = 1;

    /** What is asked for is put, and told to all that read. */
    void settle() {
        boolean more = true;
        while (more) {
            more = false;
            for (Client client : List.copyOf(clients)) {
                more |= client.put() | client.tell();
            }
        }
    }

    long head() {
        return records.size();
    }

    Optional<Checkpoint> newest() {
        return checkpoint;
    }

    /** Forgets what lies before a record. */
    void forget(long upTo) {
        first = upTo;
    }

    /** Puts a record that no host of this version wrote. */
    void put(byte[] record) {
        records.add(record);
    }

    Client client() {
        Client client = new Client();
        clients.add(client);
        return client;
    }

    /** What one host has of it. */
    final class Client implements SharedLog {
        private final Queue<byte[]> asked = new ArrayDeque<>();
        private Reader reader;
        private int readings;
        private long next;
        /** Nothing gets out or in. */
        boolean cutOff;
        /** So many of the next records are not put. */
        int losesNext;
        /** Each record is put twice. */
        boolean doubles;
        /** So many of the next records are put behind all that follow. */
        int delaysNext;

        private final List<byte[]> delayed = new ArrayList<>();

        private boolean put() {
            boolean any = !asked.isEmpty();
            for (byte[] record; (record = asked.poll()) != null; ) {
                if (cutOff || losesNext > 0) {
                    losesNext = Math.max(0, losesNext - 1);
                } else if (delaysNext > 0) {
                    delaysNext--;
                    delayed.add(record);
                } else {
                    records.add(record);
                    if (doubles) {
                        records.add(record);
                    }
                }
            }
            records.addAll(delayed);
            delayed.clear();
            return any;
        }

        private boolean tell() {
            boolean any = false;
            while (reader != null && !cutOff && next <= records.size()) {
                any = true;
                if (next < first) {
                    reader.gone(first);
                    return true;
                }
                long seq = next++;
                reader.record(seq, records.get((int) seq - 1));
            }
            return any;
        }

        @Override
        public String epoch() {
            return "log";
        }

        @Override
        public void append(byte[] record) {
            asked.add(record);
        }

        @Override
        public Reading read(long after, Reader by) {
            reader = by;
            next = after + 1;
            int number = ++readings;
            return () -> {
                if (readings == number) {
                    reader = null;
                }
            };
        }

        @Override
        public CompletionStage<Optional<Checkpoint>> checkpoint() {
            return CompletableFuture.completedFuture(checkpoint);
        }

        @Override
        public CompletionStage<Void> store(Checkpoint next) {
            checkpoint = Optional.of(next);
            return CompletableFuture.completedFuture(null);
        }
    }
}
