package org.geometryos.compositor.api.log;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One log that several hosts append to and read. Its numbers ascend from 1 without holes. Registered as a service when
 * it has been reached, so that its epoch is known, and from then on whether or not it is; a log of another epoch is
 * another service. Any thread; no call blocks.
 */
@ConsumerType
public interface SharedLog {
    /** The largest record, in bytes. */
    int MOST_BYTES = 1 << 20;

    /** Names the log. One that was made anew, or lost numbers that it had given, has another name. */
    String epoch();

    /**
     * Asks for a record to be put at the end. It may be put later than others that were asked for after it, several
     * times, or not at all, and nobody is told. Readers are not told of it before this returns.
     */
    void append(byte[] record);

    /**
     * Reads on, until it is closed.
     *
     * @param after the number of the last record that is known
     */
    Reading read(long after, Reader reader);

    /** The newest checkpoint that was stored. */
    CompletionStage<Optional<Checkpoint>> checkpoint();

    /** Stores a checkpoint, and with it the permission to forget older ones. It may be lost. */
    CompletionStage<Void> store(Checkpoint checkpoint);

    /** A reading under way. */
    interface Reading extends AutoCloseable {
        /** From now on the reader is told nothing; also by the reader itself, while it is told something. */
        @Override
        void close();
    }

    /** Who reads. Called by one thread at a time, which must not be kept. */
    @ConsumerType
    interface Reader {
        /** The next record. One that was told already may come again; one may also be left out, which shows. */
        void record(long seq, byte[] record);

        /**
         * Records behind the position are not held any more.
         *
         * @param first the oldest that is held
         */
        void gone(long first);
    }
}
