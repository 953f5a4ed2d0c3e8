package org.geometryos.compositor.foxglove;

import java.util.function.Supplier;

/** A topic as it stands: its newest message, made when somebody wants it. The stream's thread alone. */
final class Source {
    final Topic topic;
    /** Another one with each change. */
    long version;
    /** Changes so far. */
    long changes;
    /** When the newest state came, nanoseconds since the Unix epoch. */
    long nanos;

    private Supplier<byte[]> maker;
    private byte[] message;

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
    }

    /** Null if there is none. */
    byte[] message() {
        if (message == null && maker != null) {
            message = maker.get();
        }
        return message;
    }
}
