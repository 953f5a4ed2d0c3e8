package org.geometryos.compositor.cluster.nats;

import java.io.IOException;
import java.util.Collection;
import java.util.Optional;

/**
 * What is used of the servers, by a connection that makes itself anew. Any thread. All but {@link #connected},
 * {@link #publish} and closing wait for an answer, for a few seconds at most, and throw if none comes.
 */
interface Engine extends AutoCloseable {
    boolean connected();

    /** Puts a record at the end of a stream, if all goes well. Does not wait. */
    void publish(String stream, byte[] record);

    /** The names of all streams that begin so. */
    Collection<String> streams(String prefix) throws IOException;

    /** @return empty if there is no such stream */
    Optional<Info> info(String stream) throws IOException;

    /** Makes a stream; what is there stays as it is. */
    void make(String stream) throws IOException;

    /** Forgets the records before a number. */
    void forget(String stream, long before) throws IOException;

    /** Reads from a number on, or from the oldest record behind it. */
    Tap tap(String stream, long from, Sink sink) throws IOException;

    /** The number of the newest checkpoint of a stream; 0 if there is none. */
    long storedSeq(String stream) throws IOException;

    /** The newest checkpoint of a stream. */
    Optional<Stored> stored(String stream) throws IOException;

    /** Takes the place of the one before. */
    void store(String stream, Stored checkpoint) throws IOException;

    @Override
    void close();

    /**
     * A stream.
     *
     * @param made when, in words: another one of the same name says something else
     * @param first the number of its oldest record; of an empty one that which comes next
     * @param last the number of its newest record, 0 before the first
     */
    record Info(String made, long first, long last) {}

    /** A checkpoint, and the number of its record. */
    record Stored(long seq, byte[] content) {}

    /** A reading at the servers. */
    interface Tap {
        void close();
    }

    /** Who reads. One thread at a time. */
    interface Sink {
        void record(long seq, byte[] record);

        /** Nothing is new, and the servers are there. */
        void quiet();
    }
}
