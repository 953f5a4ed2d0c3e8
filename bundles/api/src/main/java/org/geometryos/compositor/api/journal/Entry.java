package org.geometryos.compositor.api.journal;

import java.util.function.Supplier;

/**
 * One entry of the sequence: its number, what it says, and the encodings of it that were asked for so far. Immutable
 * but for that cache; any thread.
 */
public final class Entry {
    private final long seq;
    private final Change change;
    private volatile Encoding encodings;

    public Entry(long seq, Change change) {
        this.seq = seq;
        this.change = change;
    }

    public long seq() {
        return seq;
    }

    public Change change() {
        return change;
    }

    /**
     * The entry in a codec's form, made at most once (two threads that ask at the same instant may both make it; one of
     * the two stays). A new generation of a codec replaces what the old one left.
     *
     * @param codec identifies the codec, as the subprotocol does
     * @param generation of the codec's service; bytes of another generation are not handed out
     * @param encode makes the bytes; they must not be changed afterwards
     */
    public byte[] encoded(String codec, long generation, Supplier<byte[]> encode) {
        for (Encoding e = encodings; e != null; e = e.next) {
            if (e.generation == generation && e.codec.equals(codec)) {
                return e.bytes;
            }
        }
        byte[] bytes = encode.get();
        Encoding others = null;
        for (Encoding e = encodings; e != null; e = e.next) {
            if (!e.codec.equals(codec)) {
                others = new Encoding(e.codec, e.generation, e.bytes, others);
            }
        }
        encodings = new Encoding(codec, generation, bytes, others);
        return bytes;
    }

    @Override
    public String toString() {
        return seq + " " + change;
    }

    private record Encoding(String codec, long generation, byte[] bytes, Encoding next) {}
}
