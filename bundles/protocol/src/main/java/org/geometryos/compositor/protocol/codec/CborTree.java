package org.geometryos.compositor.protocol.codec;

import java.util.ArrayList;
import java.util.List;
import org.geometryos.compositor.protocol.DecodeException;

/**
 * Reads CBOR (RFC 8949) into {@link Fields}. Of its own, because Jackson's parser lets pass what the protocol refuses:
 * tags, keys that are no text, broken UTF-8.
 */
final class CborTree {
    private static final int UNSIGNED = 0;
    private static final int NEGATIVE = 1;
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int LIST = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    private static final int INDEFINITE = 31;
    private static final int BREAK = 0xff;

    private final byte[] in;
    private final int from;
    private final int end;
    private int at;

    private CborTree(byte[] in, int from, int length) {
        this.in = in;
        this.from = from;
        this.at = from;
        this.end = from + length;
    }

    static Fields read(byte[] bytes, int from, int length) throws DecodeException {
        CborTree tree = new CborTree(bytes, from, length);
        if (length == 0 || !(tree.value(tree.next(), 0) instanceof Fields fields)) {
            throw Malformed.because("not an object");
        }
        if (tree.at != tree.end) {
            throw Malformed.because("something follows the object");
        }
        return fields;
    }

    private Object value(int head, int depth) throws DecodeException {
        int info = head & 31;
        switch (head >> 5) {
            case UNSIGNED: {
                long n = argument(info);
                return n >= 0 ? (Object) n : (Object) unsigned(n);
            }
            case NEGATIVE: {
                long n = argument(info);
                return n >= 0 ? (Object) (-1 - n) : (Object) (-1 - unsigned(n));
            }
            case BYTES:
                skipBytes(info);
                return Fields.BYTES;
            case TEXT:
                return text(info);
            case LIST:
                return list(info, depth + 1);
            case MAP:
                return map(info, depth + 1);
            case TAG:
                throw Malformed.because("a CBOR tag at byte " + position() + "; there are none in this protocol");
            default:
                return simple(info);
        }
    }

    private Fields map(int info, int depth) throws DecodeException {
        Malformed.depth(depth);
        Fields fields = new Fields();
        int left = info == INDEFINITE ? -1 : length(info);
        while (left < 0 ? !atBreak() : left-- > 0) {
            int head = next();
            if (head >> 5 != TEXT) {
                throw Malformed.because("a key at byte " + position() + " that is not a text string");
            }
            String name = text(head & 31);
            if (!fields.add(name, value(next(), depth))) {
                throw Malformed.duplicate(name);
            }
        }
        return fields;
    }

    private List<Object> list(int info, int depth) throws DecodeException {
        Malformed.depth(depth);
        List<Object> list = new ArrayList<>();
        int left = info == INDEFINITE ? -1 : length(info);
        while (left < 0 ? !atBreak() : left-- > 0) {
            list.add(value(next(), depth));
        }
        return list;
    }

    private String text(int info) throws DecodeException {
        if (info != INDEFINITE) {
            int length = length(info);
            at += length;
            return Malformed.text(in, at - length, length);
        }
        StringBuilder text = new StringBuilder();
        while (!atBreak()) {
            text.append(text(chunk(TEXT)));
        }
        return text.toString();
    }

    private void skipBytes(int info) throws DecodeException {
        if (info != INDEFINITE) {
            int length = length(info);
            at += length;
            return;
        }
        while (!atBreak()) {
            skipBytes(chunk(BYTES));
        }
    }

    /** The head of a piece of a string of indefinite length: of the same kind, and of definite length itself. */
    private int chunk(int major) throws DecodeException {
        int head = next();
        if (head >> 5 != major || (head & 31) == INDEFINITE) {
            throw Malformed.because("a piece of another kind within a string at byte " + position());
        }
        return head & 31;
    }

    private Object simple(int info) throws DecodeException {
        return switch (info) {
            case 20 -> Boolean.FALSE;
            case 21 -> Boolean.TRUE;
            case 22 -> Fields.NULL;
            case 25 -> finite(half((int) argument(info)));
            case 26 -> finite(Float.intBitsToFloat((int) argument(info)));
            case 27 -> finite(Double.longBitsToDouble(argument(info)));
            case INDEFINITE -> throw Malformed.because("a CBOR break at byte " + position() + " that ends nothing");
            default -> throw Malformed.because("undefined or a simple value at byte " + position());
        };
    }

    private static Double finite(double value) throws DecodeException {
        if (!Double.isFinite(value)) {
            throw Malformed.because("NaN or an infinity");
        }
        return value;
    }

    private static double half(int bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double value = exponent == 0
                ? fraction * 0x1p-24
                : exponent == 31
                        ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                        : Math.scalb((double) (fraction + 1024), exponent - 25);
        return (bits & 0x8000) == 0 ? value : -value;
    }

    /** The number behind a head; as unsigned 64 bits. */
    private long argument(int info) throws DecodeException {
        if (info < 24) {
            return info;
        }
        if (info > 27) {
            throw Malformed.because("not valid CBOR at byte " + position());
        }
        int bytes = 1 << info - 24;
        need(bytes);
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | in[at++] & 0xff;
        }
        return value;
    }

    /** A length that the rest of the message can hold: each element takes a byte at least. */
    private int length(int info) throws DecodeException {
        long length = argument(info);
        if (length < 0) {
            throw truncated();
        }
        need(length);
        return (int) length;
    }

    /** The value of an unsigned number with the top bit set, rounded once. */
    private static double unsigned(long n) {
        return (n >>> 11) * 0x1p11 + (n & 0x7ff);
    }

    private boolean atBreak() throws DecodeException {
        need(1);
        if ((in[at] & 0xff) != BREAK) {
            return false;
        }
        at++;
        return true;
    }

    private int next() throws DecodeException {
        need(1);
        return in[at++] & 0xff;
    }

    private void need(long bytes) throws DecodeException {
        if (bytes > end - at) {
            throw truncated();
        }
    }

    /** Of the byte read last, from 0. */
    private int position() {
        return at - from - 1;
    }

    private static DecodeException truncated() {
        return Malformed.because("the message ends too early");
    }
}
