package org.geometryos.compositor.cluster.nats;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Servers in memory. Taps are told by {@link #settle}. One thread. */
final class FakeEngine implements Engine {
    private final TreeMap<String, Stream> streams = new TreeMap<>();
    private final List<FakeTap> taps = new ArrayList<>();
    private int made;
    /** How often a reading began. */
    int tapped;

    boolean connected = true;
    /** Nothing but the connection answers. */
    boolean noLeader;
    /** Taps are told nothing any more, and nobody says so. */
    boolean tapsAreDead;

    private static final class Stream {
        private final String made;
        private final List<byte[]> records = new ArrayList<>();
        private long first = 1;
        private Stored checkpoint;

        private Stream(int number) {
            made = String.valueOf(number);
        }
    }

    private static final class FakeTap implements Tap {
        private final Stream stream;
        private final Sink sink;
        private long next;
        private boolean closed;

        private FakeTap(Stream stream, long next, Sink sink) {
            this.stream = stream;
            this.next = next;
            this.sink = sink;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /** All that is new is told. */
    void settle() {
        if (tapsAreDead) {
            return;
        }
        for (FakeTap tap : List.copyOf(taps)) {
            tap.next = Math.max(tap.next, tap.stream.first);
            while (!tap.closed && tap.next <= tap.stream.records.size()) {
                long seq = tap.next++;
                tap.sink.record(seq, tap.stream.records.get((int) seq - 1));
            }
            if (!tap.closed) {
                tap.sink.quiet();
            }
        }
        taps.removeIf(tap -> tap.closed);
    }

    int openTaps() {
        return (int) taps.stream().filter(tap -> !tap.closed).count();
    }

    /** A server has lost the newest records. */
    void loses(String stream, int count) {
        List<byte[]> records = streams.get(stream).records;
        records.subList(records.size() - count, records.size()).clear();
    }

    void delete(String stream) {
        streams.remove(stream);
    }

    private Stream known(String stream) throws IOException {
        answers();
        Stream found = streams.get(stream);
        if (found == null) {
            throw new IOException("there is no " + stream);
        }
        return found;
    }

    private void answers() throws IOException {
        if (!connected || noLeader) {
            throw new IOException("no answer");
        }
    }

    @Override
    public boolean connected() {
        return connected;
    }

    @Override
    public void publish(String stream, byte[] record) {
        if (connected && !noLeader && streams.containsKey(stream)) {
            streams.get(stream).records.add(record);
        }
    }

    @Override
    public Collection<String> streams(String prefix) throws IOException {
        answers();
        return streams.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
    }

    @Override
    public Optional<Info> info(String stream) throws IOException {
        answers();
        return Optional.ofNullable(streams.get(stream))
                .map(found -> new Info(found.made, found.first, found.records.size()));
    }

    @Override
    public void make(String stream) throws IOException {
        answers();
        streams.computeIfAbsent(stream, name -> new Stream(++made));
    }

    @Override
    public void forget(String stream, long before) throws IOException {
        Stream known = known(stream);
        known.first = Math.max(known.first, before);
    }

    @Override
    public Tap tap(String stream, long from, Sink sink) throws IOException {
        FakeTap tap = new FakeTap(known(stream), from, sink);
        tapped++;
        taps.add(tap);
        return tap;
    }

    @Override
    public long storedSeq(String stream) throws IOException {
        return stored(stream).map(Stored::seq).orElse(0L);
    }

    @Override
    public Optional<Stored> stored(String stream) throws IOException {
        return Optional.ofNullable(known(stream).checkpoint);
    }

    @Override
    public void store(String stream, Stored checkpoint) throws IOException {
        known(stream).checkpoint = checkpoint;
    }

    @Override
    public void close() {
        connected = false;
    }
}
