package org.geometryos.compositor.foxglove;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Supplier;

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

    private Supplier<byte[]> maker;
    private byte[] message;
    private byte[] frame;
    private long frameOf;

    Source(Topic topic) {
        this.topic = topic;
    }

    /** @param maker of the message; it may give null: then there is none */
    void changed(long newVersion, long atMicros, Supplier<byte[]> newMaker) {
        version = newVersion;
        changes++;
        nanos = atMicros * 1_000;
        maker = newMaker;
        message = null;
        frame = null;
    }

    /**
     * The newest message as data of a subscription; null if there is none. Viewers that show the same have the same
     * numbers of subscriptions: theirs is laid out once.
     */
    byte[] data(long subscription) {
        if (frame == null || frameOf != subscription) {
            byte[] now = message();
            frame = now == null ? null : data(subscription, nanos, now);
            frameOf = subscription;
        }
        return frame;
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

    private byte[] message() {
        if (message == null && maker != null) {
            message = maker.get();
        }
        return message;
    }
}
