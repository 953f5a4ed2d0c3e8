package org.geometryos.compositor.transport;

import java.nio.ByteBuffer;

/**
 * Follows the frames in what is read from a peer, as far as to know what Jetty's parser keeps of one that is not
 * complete: from the first byte of its payload on it sets aside memory for all of it. One thread at a time.
 */
final class FrameScan {
    private static final int MASKED = 0x80;

    private enum At {
        FIRST,
        LENGTH,
        LONG_LENGTH,
        MASK,
        PAYLOAD
    }

    private At at = At.FIRST;
    /** Bytes that are missing of the length, the mask or the payload. */
    private long missing;

    private boolean masked;
    private long length;

    /** Takes the bytes between two absolute positions. */
    void take(ByteBuffer bytes, int from, int to) {
        for (int i = from; i < to; ) {
            switch (at) {
                case FIRST -> {
                    i++;
                    at = At.LENGTH;
                }
                case LENGTH -> {
                    int b = bytes.get(i++);
                    masked = (b & MASKED) != 0;
                    length = b & 0x7f;
                    if (length < 126) {
                        mask();
                    } else {
                        missing = length == 126 ? Short.BYTES : Long.BYTES;
                        length = 0;
                        at = At.LONG_LENGTH;
                    }
                }
                case LONG_LENGTH -> {
                    length = length << 8 | bytes.get(i++) & 0xff;
                    if (--missing == 0) {
                        mask();
                    }
                }
                case MASK, PAYLOAD -> {
                    int n = (int) Math.min(missing, to - i);
                    i += n;
                    missing -= n;
                    if (missing == 0) {
                        if (at == At.MASK) {
                            payload();
                        } else {
                            at = At.FIRST;
                        }
                    }
                }
            }
        }
    }

    private void mask() {
        if (masked) {
            at = At.MASK;
            missing = Integer.BYTES;
        } else {
            payload();
        }
    }

    private void payload() {
        // one that is negative or longer than can be is refused by Jetty
        at = length > 0 ? At.PAYLOAD : At.FIRST;
        missing = length;
    }

    /** Whether a frame has begun and not ended. */
    boolean unfinished() {
        return at != At.FIRST;
    }

    /** Bytes set aside for the frame under way. */
    int held() {
        return at == At.PAYLOAD && missing < length ? (int) Math.min(length, Integer.MAX_VALUE) : 0;
    }
}
