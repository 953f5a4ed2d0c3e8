package org.geometryos.compositor.camera.tracking;

import java.nio.ByteBuffer;

/** Whether bytes are one well-formed item of CBOR (RFC 8949, section 5.3) and nothing else, with texts in UTF-8. */
final class Cbor {
    private static final int BYTES = 2;
    private static final int TEXT = 3;
    private static final int ARRAY = 4;
    private static final int MAP = 5;
    private static final int TAG = 6;
    private static final int SIMPLE = 7;
    private static final int INDEFINITE = 31;
    /** What is open is closed by a break; nothing else is below 0. */
    private static final long UNTIL_BREAK = -1;

    private final Utf8Check utf8;
    private final byte[] data;
    private final int end;
    private int at;

    private Cbor(ByteBuffer data, Utf8Check utf8) {
        this.utf8 = utf8;
        this.data = data.array();
        this.at = data.arrayOffset() + data.position();
        this.end = at + data.remaining();
    }

    /**
     * @param data backed by an array; not consumed
     * @param depth how many arrays and maps may stand in one another
     */
    static boolean wellFormed(ByteBuffer data, int depth, Utf8Check utf8) {
        return new Cbor(data, utf8).item(depth);
    }

    private boolean item(int depth) {
        // of each open array or map: how many items are missing, and whether an odd number may not be closed
        long[] missing = new long[depth + 1];
        boolean[] pairs = new boolean[depth + 1];
        boolean[] odd = new boolean[depth + 1];
        missing[0] = 1;
        int open = 0;
        boolean tagged = false;
        while (open > 0 || missing[0] > 0 || tagged) {
            if (at >= end) {
                return false;
            }
            int head = data[at++] & 0xff;
            int major = head >> 5;
            int more = head & 31;
            if (head == 0xff) {
                if (tagged || open == 0 || missing[open] != UNTIL_BREAK || pairs[open] && odd[open]) {
                    return false;
                }
                missing[open] = 0;
            } else {
                if (!tagged && missing[open] > 0) {
                    missing[open]--;
                }
                odd[open] ^= !tagged;
                tagged = major == TAG;
                boolean endless = more == INDEFINITE && major >= BYTES && major <= MAP;
                long value = endless ? UNTIL_BREAK : argument(more);
                if (value < 0 && !endless || major == SIMPLE && more == 24 && value < 32) {
                    return false;
                }
                if (major == ARRAY || major == MAP) {
                    if (open == depth || value > end - at) {
                        return false;
                    }
                    open++;
                    missing[open] = major == MAP && !endless ? 2 * value : value;
                    pairs[open] = major == MAP;
                    odd[open] = false;
                } else if ((major == BYTES || major == TEXT) && !(endless ? chunks(major) : string(major, value))) {
                    return false;
                }
            }
            while (!tagged && open > 0 && missing[open] == 0) {
                open--;
            }
        }
        return at == end;
    }

    /** @return less than 0 if it is absent, or of a kind that is not allowed here */
    private long argument(int more) {
        if (more < 24) {
            return more;
        }
        int bytes = more <= 27 ? 1 << more - 24 : 0;
        if (bytes == 0 || end - at < bytes) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | data[at++] & 0xff;
        }
        return value & Long.MAX_VALUE;
    }

    private boolean string(int major, long length) {
        if (length > end - at || major == TEXT && !utf8.valid(ByteBuffer.wrap(data, at, (int) length))) {
            return false;
        }
        at += (int) length;
        return true;
    }

    /** Each is a string of known length and the same kind, and a text of its own. */
    private boolean chunks(int major) {
        while (at < end) {
            int head = data[at++] & 0xff;
            if (head == 0xff) {
                return true;
            }
            long length = head >> 5 == major ? argument(head & 31) : -1;
            if (length < 0 || !string(major, length)) {
                return false;
            }
        }
        return false;
    }
}
