package org.geometryos.compositor.foxglove;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongFunction;

/** A topic as it stands: its newest message, made when somebody wants it. The stream's thread alone. */
final class Source {
    private static final byte DATA = 1;
    private static final int DATA_HEAD = 13;

    final Topic topic;
    /** Another one with each change. */
    long version;
    /** Changes so far. */
    long changes;
    /** When the newest state came, nanoseconds since the Unix epoch. */
    long nanos;

    /** Gives a message that bears a time, microseconds; null: there is none. */
    private LongFunction<byte[]> maker;
    /** The time that the message bears by itself. */
    private long own;

    private final Made live = new Made();
    private final Made replayed = new Made();

    /** A message as it was made last. */
    private static final class Made {
        long micros;
        byte[] message;
        byte[] frame;
        long frameOf;
    }

    Source(Topic topic) {
        this.topic = topic;
    }

    /**
     * @param atMicros when the state came
     * @param ownMicros the time of the state itself
     * @param newMaker of the message that bears a time; it may give null: then there is none
     */
    void changed(long newVersion, long atMicros, long ownMicros, LongFunction<byte[]> newMaker) {
        version = newVersion;
        changes++;
        nanos = atMicros * 1_000;
        maker = newMaker;
        own = ownMicros;
        live.message = null;
        replayed.message = null;
    }

    /**
     * The newest message as data of a subscription; null if there is none. Viewers that show the same have the same
     * numbers of subscriptions: theirs is laid out once.
     */
    byte[] data(long subscription) {
        return data(live, subscription, own, nanos);
    }

    /** The same as a recording's at a time of it, microseconds. */
    byte[] data(long subscription, long micros) {
        return data(replayed, subscription, micros, micros * 1_000);
    }

    private byte[] data(Made made, long subscription, long micros, long at) {
        if (made.message == null || made.micros != micros) {
            made.message = maker == null ? null : maker.apply(micros);
            made.micros = micros;
            made.frame = null;
        }
        if (made.message != null && (made.frame == null || made.frameOf != subscription)) {
            made.frame = data(subscription, at, made.message);
            made.frameOf = subscription;
        }
        return made.frame;
    }

    static byte[] data(long subscription, long nanos, byte[] message) {
        return ByteBuffer.allocate(DATA_HEAD + message.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(DATA)
                .putInt((int) subscription)
                .putLong(nanos)
                .put(message)
                .array();
    }
}
